/// How long a program may run, and how much memory the process may take meanwhile.
struct JQLimits: Sendable {
  /// How long one run over one document may take.
  static let longestRun = Duration.seconds(1)

  /// When the delivery has to be routed.
  let deadline: ContinuousClock.Instant
  /// The most bytes that the whole process may grow by while a program runs: `max_inflight`, which all
  /// other deliveries together stay within.
  let growth: Int
}

/// Why a program gave no answer.
enum JQFailure: Error {
  /// It ended with an error, in jq's words.
  case error(String)
  /// It was stopped: it ran too long by itself, or took too much memory.
  case stopped(String)
  /// There was not enough time left for it: the sender is asked to come again.
  case late(String)

  var reason: String {
    switch self {
    case .error(let reason), .stopped(let reason), .late(let reason): reason
    }
  }
}
