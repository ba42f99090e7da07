import Dispatch
import Synchronization

/// Counts calls from any thread, and waits for them.
final class CallCounter: Sendable {
  private let count = Atomic(0)
  private let calls = DispatchSemaphore(value: 0)

  var value: Int { count.load(ordering: .acquiring) }

  func add() {
    count.add(1, ordering: .acquiringAndReleasing)
    calls.signal()
  }

  /// Waits for one more call.
  ///
  /// - Returns: false if none comes within a minute.
  func wait() -> Bool { calls.wait(timeout: .now() + .seconds(60)) == .success }
}
