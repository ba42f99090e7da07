import CLinux
import Glibc
import Synchronization

/// Who has which connection. An open one is in exactly one place: idle, where the free workers watch it;
/// ready, where it waits for a worker because none was free; or with a worker. Only who has it uses or
/// closes it, so that no descriptor is closed twice, or used after its number has gone to another.
///
/// Free workers wait for events themselves, not for somebody who does and wakes them: that is one thread
/// less to wake for each request. While none is free, the front takes the events, so that it is known
/// when a request was seen: deadlines count from there.
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
    /// Workers that wait for an event, or are about to.
    var free = 0
    /// The front waits for descriptors.
    var isScarce = false
  }

  /// What the front waits for. All idle connections together are one thing in it, armed while no worker
  /// is free.
  let front: Epoll
  /// The idle connections, each armed for one event, and the bell.
  private let idle: Epoll
  /// Rung at the end; every worker hears it.
  private let bell: WakeUp
  private let wakeUp: WakeUp
  private let state = Mutex(State())
  private let keeps = Atomic(true)

  /// - Parameter wakeUp: ends the front's wait.
  init(wakeUp: WakeUp) throws(SocketError) {
    self.wakeUp = wakeUp
    bell = try WakeUp()
    front = try Epoll()
    idle = try Epoll()
    guard front.add(always: wakeUp.descriptor), front.add(once: idle.descriptor),
      idle.add(always: bell.descriptor)
    else { throw .system(call: "epoll_ctl", errno: errno) }
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
      guard idle.add(once: connection) else { return false }
      state.open += 1
      state.idle.insert(connection)
      return true
    }
  }

  /// Takes what idle connections tell while no worker is free to hear of it.
  func takeEvents(_ events: inout [epoll_event]) {
    // With the lock held: so no worker begins to wait for an event that is taken already.
    let (gone, isAlone) = state.withLock { state -> ([Int32], Bool) in
      guard state.free == 0 else { return ([], false) }
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
      return (gone, true)
    }
    for connection in gone { hangUp(connection) }
    if isAlone { _ = front.rearm(idle.descriptor) }
  }

  /// Closes the idle connections on which no request has begun. No further one becomes idle.
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

  // MARK: A worker

  /// Waits for a connection on which a request begins; nil when the listener has ended.
  ///
  /// - Parameter kept: the connection of the request before, to be watched for its next one.
  func next(givingBack kept: Int32?) -> Ready? {
    var next = begin(givingBack: kept)
    while case .waits = next { next = take(idle.next()) }
    if case .serves(let ready) = next { return ready }
    return nil
  }

  /// What a worker does next.
  private enum Next {
    case serves(Ready)
    case waits
    case ends
  }

  private func begin(givingBack kept: Int32?) -> Next {
    let (next, isIdle) = state.withLock { state -> (Next, Bool) in
      let isIdle = state.phase < .closing
      if isIdle, let kept { state.idle.insert(kept) }
      if let ready = state.ready.popFirst() { return (.serves(ready), isIdle) }
      if state.phase == .ended { return (.ends, isIdle) }
      state.free += 1
      return (.waits, isIdle)
    }
    if let kept, !(isIdle && watch(kept)) { hangUp(kept) }
    return next
  }

  /// Arms an idle connection. No event of it comes before; but at the end, the front may have closed it
  /// meanwhile.
  ///
  /// - Returns: false if it can't be watched, and is the caller's again.
  private func watch(_ connection: Int32) -> Bool {
    idle.rearm(connection) || state.withLock { $0.idle.remove(connection) == nil }
  }

  private func take(_ event: epoll_event) -> Next {
    enum Taken {
      case request(isLast: Bool)
      case end, nothing, bell
    }
    let taken = state.withLock { state -> Taken in
      guard state.idle.remove(event.data.fd) != nil else {
        return state.phase == .ended ? .bell : .nothing
      }
      if event.isEnd { return .end }
      state.free -= 1
      return .request(isLast: state.free == 0)
    }
    switch taken {
    case .request(let isLast):
      if isLast { _ = front.rearm(idle.descriptor) }
      return .serves(Ready(descriptor: event.data.fd, since: .now))
    case .end:
      hangUp(event.data.fd)
      return .waits
    case .nothing: return .waits
    case .bell: return .ends
    }
  }

  /// Closes a connection that is nobody else's.
  private func hangUp(_ connection: Int32) {
    close(connection)
    closed()
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

  /// Sends the workers home.
  func end() {
    state.withLock { $0.phase = .ended }
    bell.signal()
  }

  deinit {
    front.close()
    idle.close()
  }
}

extension epoll_event {
  /// Whether the peer has hung up, and left no request behind.
  fileprivate var isEnd: Bool {
    let endings = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
    return events & endings != 0 && !data.fd.hasInput
  }
}

extension Int32 {
  /// Whether there is something to read from this connection.
  fileprivate var hasInput: Bool {
    var byte: UInt8 = 0
    return recv(self, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) > 0
  }
}
