import Bytes
import Dispatch

@testable import Spooling

extension Spools {
  /// Commits on a thread of its own, and returns when that has ended, or at the deadline.
  ///
  /// - Throws: `deadline`, or the reason why an entry isn't durable.
  func commit(
    _ commit: Commit, by deadline: ContinuousClock.Instant,
    onEnd: @escaping @Sendable () -> Void = {}
  ) throws(SpoolError) {
    let outcome = Mutex<Result<Void, SpoolError>?>(nil)
    let (isAnswered, isReturned) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    NamedThread.start("worker") {
      self.commit(commit, by: deadline, onEnd: onEnd) { result in
        outcome.withLock { $0 = result }
        isAnswered.signal()
      }
      isReturned.signal()
    }
    isAnswered.wait()
    let result = outcome.withLock { $0 } ?? .failure(.stopping)
    if case .failure(.deadline) = result {} else { isReturned.wait() }
    try result.get()
  }
}
