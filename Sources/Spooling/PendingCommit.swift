import Dispatch

/// A commit between the request that waits for it and the thread that writes it.
final class PendingCommit: Sendable {
  let commit: Commit
  let deadline: ContinuousClock.Instant
  private let onEnd: @Sendable () -> Void
  private let result = Mutex<Result<Void, SpoolError>?>(nil)
  private let ended = DispatchSemaphore(value: 0)

  init(
    _ commit: Commit, by deadline: ContinuousClock.Instant, onEnd: @escaping @Sendable () -> Void
  ) {
    self.commit = commit
    self.deadline = deadline
    self.onEnd = onEnd
  }

  /// Called once, by whoever holds the commit last.
  func end(_ outcome: Result<Void, SpoolError>) {
    onEnd()
    result.withLock { $0 = outcome }
    ended.signal()
  }

  /// Nil as long as the commit has not ended.
  var outcome: Result<Void, SpoolError>? { result.withLock { $0 } }

  /// Waits until the commit has ended, but not beyond the deadline.
  func wait() -> Result<Void, SpoolError>? {
    let left = max(.zero, deadline - .now)
    _ = ended.wait(timeout: .now() + DispatchTimeInterval(left))
    return outcome
  }
}
