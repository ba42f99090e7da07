import Glibc
import Synchronization

/// Who has which connection. An open one is in exactly one place: idle, where the front watches it;
/// ready, where it waits for a worker; or with a worker. Only who has it uses or closes it, so that
/// no descriptor is closed twice, or used after its number has gone to another.
final class Connections: Sendable {
  /// Where the listener is on its way from start to end; it only goes forward.
  enum Phase: Int, Comparable {
    case running
    /// Requests that come in on open connections are served, and their connections then closed.
    case draining
    /// Idle connections are closed; what was begun is finished.
    case closing
    case ended

    static func < (a: Phase, b: Phase) -> Bool { a.rawValue < b.rawValue }
  }

  /// A connection on which a request begins.
  struct Ready {
    let descriptor: Int32
    let since: ContinuousClock.Instant
  }

  private struct State {
    var phase = Phase.running
    var graceEnd = ContinuousClock.now
    var open = 0
    var idle: Set<Int32> = []
    var ready = ReadyQueue()
    /// Workers with nothing to do, the one that came last at the end.
    var free: [Seat] = []
    /// The front waits for descriptors.
    var isScarce = false
  }

  let epoll: Epoll
  private let wakeUp: WakeUp
  private let state = Mutex(State())
  private let keeps = Atomic(true)

  init(epoll: Epoll, wakeUp: WakeUp) {
    self.epoll = epoll
    self.wakeUp = wakeUp
  }

  var phase: Phase { state.withLock { $0.phase } }
  var graceEnd: ContinuousClock.Instant { state.withLock { $0.graceEnd } }
  var open: Int { state.withLock { $0.open } }
  var waiting: Int { state.withLock { $0.ready.count } }

  /// Whether a connection may be kept after its request.
  var mayKeep: Bool { keeps.load(ordering: .relaxed) }

  // MARK: The front

  /// Takes a new connection among the idle; false, and it is still the caller's, if it can't be
  /// watched.
  func admit(_ connection: Int32) -> Bool {
    state.withLock { state in
      guard epoll.add(connection: connection) else { return false }
      state.open += 1
      state.idle.insert(connection)
      return true
    }
  }

  /// Hands idle connections over to the workers. The one that became free last is the first to get
  /// one: what it needs is still in the processor's caches.
  func handOver(_ connections: [Int32], at now: ContinuousClock.Instant) {
    guard !connections.isEmpty else { return }
    let filled = state.withLock { state in
      var filled: [(Seat, Ready)] = []
      for connection in connections where state.idle.remove(connection) != nil {
        let ready = Ready(descriptor: connection, since: now)
        if let seat = state.free.popLast() {
          filled.append((seat, ready))
        } else {
          state.ready.append(ready)
        }
      }
      return filled
    }
    for (seat, ready) in filled { seat.fill(ready) }
  }

  /// Closes a connection, if it is idle still.
  func drop(_ connection: Int32) {
    let isIdle = state.withLock { state in
      guard state.idle.remove(connection) != nil else { return false }
      state.open -= 1
      return true
    }
    if isIdle { close(connection) }
  }

  /// Every idle connection, from the phase `closing` on, when no further one becomes idle.
  var idle: [Int32] { state.withLock { Array($0.idle) } }

  func setScarce(_ isScarce: Bool) {
    state.withLock { state in
      state.isScarce = isScarce
      keeps.store(state.phase == .running && !isScarce, ordering: .relaxed)
    }
  }

  // MARK: A worker

  /// Waits for a connection on which a request begins; nil when the listener has ended.
  ///
  /// - Parameter kept: the connection of the request before, to be watched for its next one.
  func next(at seat: Seat, givingBack kept: Int32?) -> Ready? {
    let (next, isOver, isIdle) = state.withLock { state in
      let isIdle = state.phase < .closing
      if isIdle, let kept { state.idle.insert(kept) }
      let next = state.ready.popFirst()
      let isOver = state.phase == .ended
      if next == nil, !isOver { state.free.append(seat) }
      return (next, isOver, isIdle)
    }
    if let kept, !(isIdle && watch(kept)) {
      close(kept)
      closed()
    }
    return next == nil && !isOver ? seat.wait() : next
  }

  /// Arms an idle connection. No event of it comes before; but at the end, the front may have taken it
  /// from among the idle meanwhile.
  ///
  /// - Returns: false if it can't be watched, and is the caller's again.
  private func watch(_ connection: Int32) -> Bool {
    epoll.rearm(connection: connection)
      || state.withLock { $0.idle.remove(connection) == nil }
  }

  /// A worker's connection has been closed.
  func closed() {
    let isWaitedFor = state.withLock { state in
      state.open -= 1
      return state.isScarce || state.phase != .running && state.open == 0
    }
    if isWaitedFor { wakeUp.signal() }
  }

  // MARK: The end

  /// Keeps no connection from now on; nothing happens if that was said before.
  func beginStop(graceEnd: ContinuousClock.Instant) {
    state.withLock { state in
      guard state.phase == .running else { return }
      state.phase = .draining
      state.graceEnd = graceEnd
      keeps.store(false, ordering: .relaxed)
    }
    wakeUp.signal()
  }

  func beginClosing() { state.withLock { $0.phase = .closing } }

  /// Sends the workers home.
  func end() {
    let free = state.withLock { state in
      state.phase = .ended
      defer { state.free = [] }
      return state.free
    }
    for seat in free { seat.fill(nil) }
  }

  deinit { epoll.close() }
}
