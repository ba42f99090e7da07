import Bytes
import CLinux
import Dispatch
import Glibc

/// Serves FastCGI requests from a listening socket.
///
/// One thread accepts connections. Workers watch them, and read one request at a time each. A few
/// workers run from the start; one more is started when a request has waited 5 ms for one. Neither
/// a kept connection nor a request whose handler has passed it on costs a thread.
///
/// A peer that stalls holds one worker, and for at most `ioTimeout` at a time. Running out of
/// descriptors ends nothing and takes no processor time: new connections wait in the backlog until
/// some are closed.
///
/// The threads block all signals, and so do the threads and processes that they start. Handling
/// signals is the caller's task: block SIGTERM and SIGHUP before the first thread starts, and wait
/// for them in the main thread.
public final class Listener: Sendable {
  /// Serves one request, or passes it on to another thread. It is called on many threads at once.
  public typealias Handler = @Sendable (consuming Exchange) -> Void

  /// How many workers run from the start.
  private static let firstWorkers = 4

  /// How long a read or write waits for its peer. It may change while threads use it.
  final class Patience: Sendable {
    private let time: Mutex<Duration>

    init(_ time: Duration) { self.time = Mutex(max(time, .milliseconds(1))) }

    var duration: Duration {
      get { time.withLock { $0 } }
      set { time.withLock { $0 = max(newValue, .milliseconds(1)) } }
    }
  }

  struct Settings: Sendable {
    let threads: Int
    let connections: Int
    let patience: Patience
    let allowedPeers: Set<uid_t>
  }

  private let socket: ListeningSocket
  private let core: ListenerCore
  private let wakeUp: WakeUp
  private let threads = DispatchGroup()

  private var connections: Connections { core.connections }
  private var counts: ListenerCounts { core.counts }

  /// Prepares a listener; nothing is accepted before `run`.
  ///
  /// - Parameters:
  ///   - socket: the socket to accept from. Once the listener runs, it owns the socket, and closes
  ///     it when it has ended.
  ///   - threads: how many requests are served at once, from the first byte to the reply, at least
  ///     1. It is also the most workers.
  ///   - connections: how many connections are open at once, at least 1; further ones wait in the
  ///     backlog. The number is lowered to what the process's limit of open files allows, with some
  ///     left to the handler.
  ///   - ioTimeout: how long one read or write waits for the peer, at least a millisecond. A whole
  ///     body may take four times as long to come in.
  ///   - allowedPeers: the user ids that may connect beside root and the process's own; empty for
  ///     everybody whom the socket's mode lets in. Within a user namespace (systemd's
  ///     PrivateUsers), all users from outside have the id 65534, so that they can't be told apart.
  /// - Throws: `SocketError.system` if the library can't be initialised or a descriptor can't be
  ///   had.
  public init(
    socket: ListeningSocket, threads: Int, connections: Int = 4096,
    ioTimeout: Duration = .seconds(5), allowedPeers: Set<uid_t> = []
  ) throws(SocketError) {
    try Library.prepare()
    let threads = max(1, threads)
    self.socket = socket
    wakeUp = try .make()
    core = ListenerCore(
      settings: Settings(
        threads: threads,
        connections: max(1, min(connections, Self.affordable(threads: threads))),
        patience: Patience(ioTimeout), allowedPeers: allowedPeers),
      connections: try Connections(limit: threads, wakeUp: wakeUp))
  }

  /// Starts the threads and returns. Must be called only once.
  ///
  /// - Throws: `SocketError.system` if a thread can't be started. Nothing is served then, and the
  ///   socket is still open.
  public func run(_ handler: @escaping Handler) throws(SocketError) {
    let worker = Worker(core: core, handler: handler)
    let (socket, core, wakeUp, threads) = (socket, core, wakeUp, threads)
    let first = min(core.settings.threads, Self.firstWorkers)
    do throws(SocketError) {
      for _ in 0..<first { try Self.start("worker", in: threads) { worker.run() } }
      try Self.start("front", in: threads) {
        var front = Front(socket: socket, core, wakeUp: wakeUp, workers: first) {
          (try? Self.start("worker", in: threads) { worker.run() }) != nil
        }
        front.run()
      }
    } catch {
      connections.end()
      throw error
    }
  }

  /// Stops: accepts nothing more, finishes the requests that have begun, and ends the threads.
  ///
  /// Connections in the backlog of systemd's socket stay there for the next process. Those in the
  /// backlog of a socket made here are still served. Requests that come in on kept connections
  /// during the grace are served as well, and these connections closed after them. The idle
  /// connections are closed after the grace. (`Front.advance` describes the race that remains.)
  ///
  /// - Parameters:
  ///   - grace: how long idle connections are left open for requests that are on their way.
  ///   - deadline: how long to wait for everything to end, the grace included.
  /// - Returns: whether everything has ended; false if a thread was still at work at the deadline.
  ///   Calling it again waits again.
  public func stop(grace: Duration, deadline: Duration) -> Bool {
    connections.beginStop(graceEnd: .now + grace)
    return threads.wait(timeout: .now() + DispatchTimeInterval(deadline)) == .success
  }

  /// Whether the thread that accepts connections is alive: the function wakes it and waits until it
  /// has made a round, for at most the limit.
  ///
  /// That thread waits for no handler and no disk.
  public func isAccepting(within limit: Duration) -> Bool {
    let (before, end) = (counts.rounds.now, ContinuousClock.now + limit)
    wakeUp.signal()
    while counts.rounds.now == before {
      if ContinuousClock.now >= end { return false }
      usleep(1000)
    }
    return true
  }

  /// How long one read or write waits for the peer, at least a millisecond. A new value holds for
  /// connections that are accepted from now on, and for each whole body at once.
  public var ioTimeout: Duration {
    get { core.settings.patience.duration }
    set { core.settings.patience.duration = newValue }
  }

  /// The numbers of this moment.
  public var counters: Counters {
    var counters = Counters()
    counters.connections = connections.open
    counters.waiting = connections.waiting
    counters.busy = connections.served
    counters.requests = counts.requests.now
    counters.refusedPeers = counts.refusedPeers.now
    counters.acceptErrors = counts.acceptErrors.now
    counters.protocolErrors = counts.protocolErrors.now
    counters.lostReplies = counts.lostReplies.now
    return counters
  }

  private static func start(
    _ name: String, in threads: DispatchGroup, _ body: @escaping @Sendable () -> Void
  ) throws(SocketError) {
    threads.enter()
    do throws(SocketError) {
      try NativeThread.start(name) {
        body()
        threads.leave()
      }
    } catch {
      threads.leave()
      throw error
    }
  }

  /// Returns how many connections the limit of open files allows, with 64 files left to the process
  /// and four to each thread.
  private static func affordable(threads: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
    return Int(clamping: limit.rlim_cur) - 64 - threads * 4
  }
}
