/// How long a program may run, and how much memory it may take.
struct JQLimits: Sendable {
  /// How much time of the processor one run over one document may take, on the thread that it runs on.
  static let longestRun = Duration.seconds(1)

  /// When the delivery has to be routed.
  let deadline: ContinuousClock.Instant
  /// The most bytes that a program may hold by itself: `max_inflight`, which all deliveries together stay
  /// within.
  let growth: Int
  /// Bytes that are reserved for the delivery already.
  var held = 0
  /// Reserves so many bytes for the delivery in all.
  var reserve: @Sendable (Int) throws(Rejection) -> Void = { _ in }
}

/// Why a program gave no answer.
enum JQFailure: Error {
  /// It ended with an error, in jq's words.
  case error(String)
  /// It was stopped: it ran too long by itself, or took too much memory.
  case stopped(String)
  /// There was not enough time left for it, or too much memory held by others: the sender is asked to
  /// come again.
  case late(String)

  var reason: String {
    switch self {
    case .error(let reason), .stopped(let reason), .late(let reason): reason
    }
  }
}
