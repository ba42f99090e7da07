import Synchronization

/// Counts what the front and the workers do.
final class ListenerCounts: Sendable {
  /// The rounds of the front.
  let rounds = Atomic(0)
  let requests = Atomic(0)
  let refusedPeers = Atomic(0)
  let acceptErrors = Atomic(0)
  let protocolErrors = Atomic(0)
  let lostReplies = Atomic(0)
}

extension Atomic<Int> {
  func count(_ step: Int = 1) { add(step, ordering: .relaxed) }
  var now: Int { load(ordering: .relaxed) }
}
