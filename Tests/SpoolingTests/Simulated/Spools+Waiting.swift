import Bytes
import Dispatch

@testable import Spooling

extension Spools {
  /// Commits on a thread of its own, and returns when the request would be answered. That thread
  /// may be the one that writes the log, and hang in it longer.
  ///
  /// - Throws: `deadline`, or the reason why an entry isn't durable.
  func commit(
    _ commit: Commit, by deadline: ContinuousClock.Instant,
    onEnd: @escaping @Sendable () -> Void = {}
  ) throws(SpoolError) {
    let outcome = Mutex<Result<Void, SpoolError>?>(nil)
    let isAnswered = DispatchSemaphore(value: 0)
    NamedThread.start("worker") {
      self.commit(commit, by: deadline, onEnd: onEnd) { result in
        outcome.withLock { $0 = result }
        isAnswered.signal()
      }
    }
    isAnswered.wait()
    try (outcome.withLock { $0 } ?? .failure(.stopping)).get()
  }
}
