/// A file system that spools lie on: whether it is trusted, and what it has left.
final class Volume: Sendable {
  let device: UInt64

  private struct State {
    var distrust: String?
    var space: Space?
    var asked: ContinuousClock.Instant?
  }
  private let state = Mutex(State())

  init(device: UInt64) { self.device = device }

  /// Why nothing on this file system is acknowledged at the moment; nil if it is trusted.
  var distrust: String? { state.withLock { $0.distrust } }

  func distrust(_ reason: String) { state.withLock { $0.distrust = reason } }

  /// A probe succeeded.
  func trust() { state.withLock { $0.distrust = nil } }

  func requireTrust(for spool: String) throws(SpoolError) {
    guard let distrust else { return }
    let reason = "its file system is not trusted until a probe succeeds (\(distrust))"
    throw .unavailable(spool: spool, reason: reason)
  }

  /// What is free, asked for at most once within `age`: a number for floors, not for accounts.
  func space(
    atMost age: Duration, ask: () throws(SystemError) -> Space
  ) throws(SystemError) -> Space {
    let now = ContinuousClock.now
    let known = state.withLock { state -> Space? in
      if let space = state.space, let asked = state.asked, now - asked < age { return space }
      // Whoever comes meanwhile takes the old number rather than ask as well.
      state.asked = now
      return nil
    }
    if let known { return known }
    let space = try ask()
    state.withLock { $0.space = space }
    return space
  }

  /// The number of what is free has proved wrong.
  func forgetSpace() { state.withLock { $0.space = nil } }
}
