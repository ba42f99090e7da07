import Synchronization

/// A count that any thread can increase.
package final class Counter: Sendable {
  private let counted = Atomic(0)

  package init() {}

  package var value: Int { counted.load(ordering: .relaxed) }

  package func count() { counted.add(1, ordering: .relaxed) }
}
