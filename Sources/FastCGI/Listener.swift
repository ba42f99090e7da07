import CLinux
import Dispatch
import Glibc

/// Serves FastCGI requests from a listening socket: one thread accepts connections, a fixed number of
/// others watch them and serve their requests, one each at a time. Kept connections cost no thread.
///
/// A peer that stalls holds one thread, and no longer than `ioTimeout` at a time. Running out of
/// descriptors ends nothing and takes no processor time: connections wait in the backlog meanwhile.
///
/// The threads block all signals, and so does what they start, processes included. Handling signals
/// is the caller's affair: block SIGTERM and SIGHUP before the first thread starts, and wait for
/// them in the main thread.
public final class Listener: Sendable {
  /// Serves one request. It runs on many threads at once.
  public typealias Handler = @Sendable (inout Exchange) -> Void

  /// How long a read or write waits for its peer, which may change while threads work by it.
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
  private let settings: Settings
  private let connections: Connections
  private let wakeUp: WakeUp
  private let tally = Tally()
  private let threads = DispatchGroup()

  /// Prepares a listener; nothing is accepted before `run`.
  ///
  /// - Parameters:
  ///   - socket: belongs to the listener once it runs, which closes it when it has ended.
  ///   - threads: how many requests are served at once, at least 1.
  ///   - connections: how many are open at once, at least 1; further ones wait in the backlog. It is
  ///     lowered to what the process's limit of open files allows, with some left to the handler.
  ///   - ioTimeout: how long one read or write waits for the peer, at least a millisecond; a whole
  ///     body may take four times as long to come in.
  ///   - allowedPeers: the user ids that may connect beside root and the process's own; empty for
  ///     everybody whom the socket's mode lets in. Within a user namespace (systemd's PrivateUsers)
  ///     all strangers have the id 65534, so that they can't be told apart.
  public init(
    socket: ListeningSocket, threads: Int, connections: Int = 4096,
    ioTimeout: Duration = .seconds(5), allowedPeers: Set<uid_t> = []
  ) throws(SocketError) {
    try Library.prepare()
    let threads = max(1, threads)
    self.socket = socket
    settings = Settings(
      threads: threads, connections: max(1, min(connections, Self.affordable(threads: threads))),
      patience: Patience(ioTimeout), allowedPeers: allowedPeers)
    wakeUp = try WakeUp()
    self.connections = try Connections(wakeUp: wakeUp)
  }

  /// Starts the threads and returns. To be called once.
  ///
  /// - Throws: `SocketError.system` if a thread can't be had; nothing is served then, and the socket
  ///   is still open.
  public func run(_ handler: @escaping Handler) throws(SocketError) {
    let worker = Worker(
      settings: settings, connections: connections, tally: tally, handler: handler)
    let (socket, settings, connections) = (socket, settings, connections)
    let (wakeUp, tally) = (wakeUp, tally)
    do throws(SocketError) {
      for _ in 0..<settings.threads { try start { worker.run() } }
      try start {
        var front = Front(
          socket: socket, settings: settings, connections: connections, wakeUp: wakeUp,
          tally: tally)
        front.run()
      }
    } catch {
      connections.end()
      throw error
    }
  }

  /// Stops: accepts nothing more, finishes what was begun, and ends the threads.
  ///
  /// What waits in the backlog of systemd's socket stays there for the next process; what waits in
  /// that of a socket made here is still served. Requests that come in on kept connections during
  /// the grace are served as well, and their connections then closed. After it the idle ones are
  /// closed. (`Front.advance` tells which race is left.)
  ///
  /// - Parameters:
  ///   - grace: how long idle connections are left open for requests that are on their way.
  ///   - deadline: how long to wait for everything to end, the grace included.
  /// - Returns: whether everything ended; false if something was still at work at the deadline:
  ///   calling it again waits again.
  public func stop(grace: Duration, deadline: Duration) -> Bool {
    connections.beginStop(graceEnd: .now + grace)
    let (seconds, attoseconds) = min(deadline, .seconds(86_400)).components
    let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    return threads.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
  }

  /// Whether the thread that accepts connections goes round: it is woken up, and has to notice within the
  /// limit. It waits for no handler and no disk.
  public func isAccepting(within limit: Duration) -> Bool {
    let (before, end) = (tally.rounds.now, ContinuousClock.now + limit)
    wakeUp.signal()
    while tally.rounds.now == before {
      if ContinuousClock.now >= end { return false }
      usleep(1000)
    }
    return true
  }

  /// How long one read or write waits for the peer, at least a millisecond: on connections that are accepted
  /// from now on, and over a whole body at once.
  public var ioTimeout: Duration {
    get { settings.patience.duration }
    set { settings.patience.duration = newValue }
  }

  /// What has been done, and what is going on.
  public var counters: Counters {
    var counters = Counters()
    counters.connections = connections.open
    counters.waiting = connections.waiting
    counters.busy = tally.busy.now
    counters.requests = tally.requests.now
    counters.refusedPeers = tally.refusedPeers.now
    counters.acceptErrors = tally.acceptErrors.now
    counters.protocolErrors = tally.protocolErrors.now
    counters.lostReplies = tally.lostReplies.now
    return counters
  }

  private func start(_ body: @escaping @Sendable () -> Void) throws(SocketError) {
    let threads = threads
    threads.enter()
    do throws(SocketError) {
      try NativeThread.start {
        body()
        threads.leave()
      }
    } catch {
      threads.leave()
      throw error
    }
  }

  /// How many connections the limit of open files allows, with four files left to each thread.
  private static func affordable(threads: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
    return Int(clamping: limit.rlim_cur) - 64 - threads * 4
  }
}
