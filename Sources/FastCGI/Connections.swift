import Bytes
import CLinux
import Glibc

import struct Synchronization.Atomic

/// The open connections, and the owner of each.
///
/// An open connection is in exactly one place: idle, where the free workers watch it; ready, where
/// its request waits because no worker was free or as many were served as may be at once; or with
/// its exchange. Only its owner uses or closes it: a descriptor is never closed twice, or used
/// after its number belongs to another file.
///
/// Free workers wait for events themselves. A thread that waited for them and woke a worker would
/// cost one wake-up more for each request. While no worker is free, the front takes the events
/// every 5 ms, so that the moment is known at which a request was seen: deadlines count from there.
final class Connections: Sendable {
  struct State {
    var phase = Phase.running
    var graceEnd = ContinuousClock.now
    var open = 0
    var idle: Set<Int32> = []
    var ready = ReadyQueue()
    /// How many requests are served: begun and not ended.
    var served = 0
    /// The number of workers that wait for an event, or are about to.
    var free = 0
    /// Whether the front watches the idle connections, or looks at them again soon.
    var isWatched = true
    /// Whether descriptors have run out, so that the front waits for some to be closed.
    var isScarce = false

    /// Takes the request that has waited longest, if one more may be served.
    mutating func serveNext(within limit: Int) -> Ready? {
      guard served < limit, let ready = ready.popFirst() else { return nil }
      served += 1
      return ready
    }

    /// Whether a worker waits for an event while a request waits that may be served.
    func isMissed(within limit: Int) -> Bool { free > 0 && ready.count > 0 && served < limit }
  }

  /// The set that the front waits for. The idle set is its member, armed while no worker is free.
  let front: Epoll
  /// The idle connections, each armed for one event, and the bell.
  let idle: Epoll
  /// Rings at the end, and wakes every worker.
  private let bell: WakeUp
  /// Wakes a worker when a request that waits may be served.
  let call: WakeUp
  /// How many requests are served at once.
  let limit: Int
  private let wakeUp: WakeUp
  let state = Mutex(State())
  private let keeps = Atomic(true)

  /// - Parameters:
  ///   - limit: how many requests are served at once, at least 1.
  ///   - wakeUp: ends the front's wait.
  /// - Throws: `SocketError.system` if descriptors or memory have run out.
  init(limit: Int, wakeUp: WakeUp) throws(SocketError) {
    self.limit = limit
    self.wakeUp = wakeUp
    bell = try .make()
    call = try .make()
    front = try Epoll()
    idle = try Epoll()
    guard front.add(always: wakeUp.descriptor), front.add(once: idle.descriptor),
      idle.add(always: bell.descriptor), idle.add(each: call.descriptor)
    else { throw .system(call: "epoll_ctl", errno: errno) }
  }

  var phase: Phase { state.withLock { $0.phase } }
  var graceEnd: ContinuousClock.Instant { state.withLock { $0.graceEnd } }
  var open: Int { state.withLock { $0.open } }
  /// How many requests are served.
  var served: Int { state.withLock { $0.served } }
  /// How many requests wait until they are served.
  var waiting: Int { state.withLock { $0.ready.count } }
  /// Since when the first of these requests waits; nil if none waits.
  var waitingSince: ContinuousClock.Instant? { state.withLock { $0.ready.first?.since } }

  /// Whether a connection may be kept open after its request.
  var mayKeep: Bool { keeps.load(ordering: .relaxed) }

  /// Makes a new connection an idle one.
  ///
  /// - Returns: false if the connection can't be watched. It is the caller's then.
  func admit(_ connection: Int32) -> Bool {
    state.withLock { state in
      guard idle.add(once: connection) else { return false }
      state.open += 1
      state.idle.insert(connection)
      return true
    }
  }

  /// Takes the events of idle connections while no worker is free to take them.
  ///
  /// Once woken, the front looks again after a while rather than be woken by each request. It
  /// watches the connections again when nothing has come in between.
  ///
  /// - Parameters:
  ///   - events: room for the events.
  ///   - isAgain: whether this is such a look.
  /// - Returns: whether the front has to look again.
  func takeEvents(_ events: inout [epoll_event], isAgain: Bool) -> Bool {
    // Under the lock, so that no worker begins to wait for an event that is taken here.
    let (gone, count) = state.withLock { state -> ([Int32], Int?) in
      guard state.free == 0 else {
        state.isWatched = false
        return ([], nil)
      }
      let count = idle.wait(&events, milliseconds: 0)
      let now = ContinuousClock.now
      var gone: [Int32] = []
      for event in events.prefix(count) {
        let connection = event.data.fd
        guard state.idle.remove(connection) != nil else { continue }
        if event.isEnd {
          gone.append(connection)
        } else {
          state.ready.append(Ready(descriptor: connection, since: now))
        }
      }
      return (gone, count)
    }
    for connection in gone { hangUp(connection) }
    guard let count else { return false }
    if count > 0 || !isAgain { return true }
    _ = front.rearm(idle.descriptor)
    return false
  }

  /// Closes the idle connections without a request. No connection becomes idle any more.
  func beginClosing() {
    let gone = state.withLock { state in
      state.phase = .closing
      let gone = state.idle.filter { !$0.hasInput }
      state.idle.subtract(gone)
      return gone
    }
    for connection in gone { hangUp(connection) }
  }

  func setScarce(_ isScarce: Bool) {
    state.withLock { state in
      state.isScarce = isScarce
      keeps.store(state.phase == .running && !isScarce, ordering: .relaxed)
    }
  }

  /// Closes a connection that no other thread owns.
  func hangUp(_ connection: Int32) {
    close(connection)
    closed()
  }

  /// Notes that a connection was closed.
  func closed() {
    let isWaitedFor = state.withLock { state in
      state.open -= 1
      return state.isScarce || state.phase != .running && state.open == 0
    }
    if isWaitedFor { wakeUp.signal() }
  }

  // MARK: The end

  /// Starts the end: no connection is kept from now on. Does nothing if the end has started before.
  func beginStop(graceEnd: ContinuousClock.Instant) {
    state.withLock { state in
      guard state.phase == .running else { return }
      state.phase = .draining
      state.graceEnd = graceEnd
      keeps.store(false, ordering: .relaxed)
    }
    wakeUp.signal()
  }

  /// Ends the workers.
  func end() {
    state.withLock { $0.phase = .ended }
    bell.signal()
  }

  deinit {
    front.close()
    idle.close()
  }
}
