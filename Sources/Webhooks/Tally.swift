import Synchronization

/// Counts upwards, on any thread.
final class Tally: Sendable {
  private let counted = Atomic(0)

  var value: Int { counted.load(ordering: .relaxed) }

  func count() { counted.add(1, ordering: .relaxed) }
}
