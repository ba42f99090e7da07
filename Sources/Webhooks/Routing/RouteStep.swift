/// The result of routing a delivery to one incoming configuration.
public struct RouteStep: Sendable, Equatable {
  /// The possible results.
  public enum Outcome: Sendable, Equatable {
    /// The delivery was wanted and became this many tasks.
    case tasks(Int)
    /// The filter doesn't want the delivery.
    case unwanted
    /// The delivery goes whole into `failed/`.
    case failed(reason: String)
    /// The spool is full and the incoming configuration is left out.
    case skipped(reason: String)
  }

  /// The identifier of the incoming configuration.
  public let incoming: String
  /// The result at the incoming configuration.
  public internal(set) var outcome: Outcome

  /// Whether this step stores nothing and reports no problem.
  var isEmpty: Bool {
    switch outcome {
    case .tasks(let count): count == 0
    case .unwanted: true
    case .failed, .skipped: false
    }
  }
}
