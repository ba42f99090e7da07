/// A delivery that is being committed, and which no copy may pass meanwhile. It ends once: with the
/// commit's success or failure, or, where that isn't known in time, when the commit is over.
final class ReplayReservation: Sendable {
  private struct State {
    /// Nil once it ended.
    var end: (@Sendable (_ succeeded: Bool) -> Void)?
    var isOver = false
    var isGivenUp = false
  }
  private let state: Mutex<State>

  init(_ end: @escaping @Sendable (_ succeeded: Bool) -> Void) {
    state = Mutex(State(end: end))
  }

  /// It is durable: copies are copies from now on.
  func succeed() { take { _ in true }?(true) }

  /// - Parameter isOver: whether the commit has ended; if not, the delivery stays reserved until it has.
  func fail(isOver: Bool) {
    take { state in
      state.isGivenUp = true
      return isOver || state.isOver
    }?(false)
  }

  /// The commit has ended, some way. Of one that was given up nobody knows how: then a copy passes, for
  /// a task that is there twice is better than none.
  func commitEnded() {
    take { state in
      state.isOver = true
      return state.isGivenUp
    }?(false)
  }

  private func take(
    if isDue: (inout State) -> Bool
  ) -> (@Sendable (Bool) -> Void)? {
    state.withLock { state in
      guard isDue(&state) else { return nil }
      defer { state.end = nil }
      return state.end
    }
  }
}
