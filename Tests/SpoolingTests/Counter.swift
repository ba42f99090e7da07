import Dispatch
import Synchronization

/// Counts calls from any thread, and waits for them.
final class Counter: Sendable {
  private let count = Atomic(0)
  private let calls = DispatchSemaphore(value: 0)

  var value: Int { count.load(ordering: .acquiring) }

  func add() {
    count.add(1, ordering: .acquiringAndReleasing)
    calls.signal()
  }

  /// Waits for one call more; false if there is none in a minute.
  func wait() -> Bool { calls.wait(timeout: .now() + .seconds(60)) == .success }
}
