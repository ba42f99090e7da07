import Bytes
import CLinux

/// What workers do, and the threads that end requests.
extension Connections {
  /// Waits for a request that may be served: the first in the order in which they were seen.
  ///
  /// - Returns: its connection; nil when the listener has ended.
  func next() -> Ready? {
    var next = begin()
    while case .waits = next { next = take(idle.next()) }
    if case .serves(let ready) = next { return ready }
    return nil
  }

  /// The next step of a worker.
  private enum Next {
    case serves(Ready)
    case waits
    case ends
  }

  private func begin() -> Next {
    state.withLock { state in
      if let ready = state.serveNext(within: limit) { return .serves(ready) }
      if state.phase == .ended { return .ends }
      state.free += 1
      return .waits
    }
  }

  private func take(_ event: epoll_event) -> Next {
    enum Taken {
      case request(Ready, wakesFront: Bool, calls: Bool)
      case end, nothing, bell
    }
    let now = ContinuousClock.now
    let taken = state.withLock { state -> Taken in
      if state.idle.remove(event.data.fd) != nil {
        if event.isEnd { return .end }
        state.ready.append(Ready(descriptor: event.data.fd, since: now))
      } else if state.phase == .ended {
        return .bell
      }
      guard let ready = state.serveNext(within: limit) else { return .nothing }
      state.free -= 1
      let wakesFront = state.free == 0 && !state.isWatched
      if wakesFront { state.isWatched = true }
      return .request(ready, wakesFront: wakesFront, calls: state.isMissed(within: limit))
    }
    switch taken {
    case .request(let ready, let wakesFront, let calls):
      if wakesFront { _ = front.rearm(idle.descriptor) }
      if calls { call.signal() }
      return .serves(ready)
    case .end:
      hangUp(event.data.fd)
      return .waits
    case .nothing: return .waits
    case .bell: return .ends
    }
  }

  /// Ends a request. Its connection becomes an idle one again, or is closed at the end.
  ///
  /// - Parameter connection: the connection, if it is kept; nil if it was closed.
  func end(_ connection: Int32?) {
    let (isIdle, calls) = state.withLock { state in
      state.served -= 1
      var isIdle = false
      if let connection, state.phase < .closing {
        state.idle.insert(connection)
        isIdle = true
      }
      return (isIdle, state.isMissed(within: limit))
    }
    if calls { call.signal() }
    guard let connection else { return closed() }
    if !(isIdle && watch(connection)) { hangUp(connection) }
  }

  /// Arms an idle connection.
  ///
  /// It causes no event before that. At the end, the front may have closed it already.
  ///
  /// - Returns: false if the connection can't be watched. It is the caller's then.
  private func watch(_ connection: Int32) -> Bool {
    idle.rearm(connection) || state.withLock { $0.idle.remove(connection) == nil }
  }
}
