import Verification

/// The time and memory that a program may take.
struct JQLimits: Sendable {
  /// The most processor time of one run over one document, on the thread that runs it.
  static let longestRun = Duration.seconds(1)

  /// The moment by which the delivery has to be routed.
  let deadline: ContinuousClock.Instant
  /// The most bytes that one program may hold: `max_inflight`, the bound of all deliveries
  /// together.
  let growth: Int
  /// The bytes that are already reserved for the delivery.
  var held = 0
  /// Reserves this many bytes in all for the delivery, or throws if others hold too many.
  var reserve: @Sendable (Int) throws(Rejection) -> Void = { _ in }
}

/// The reason why a program gave no answer.
enum JQFailure: Error {
  /// The program ended with an error, in jq's words.
  case error(String)
  /// The program was stopped: it took too much processor time or memory.
  case stopped(String)
  /// Time ran out, or others held too much memory. The sender is asked to try again.
  case late(String)

  var reason: String {
    switch self {
    case .error(let reason), .stopped(let reason), .late(let reason): reason
    }
  }
}
