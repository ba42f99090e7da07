/// What became of a delivery at one incoming configuration.
public struct RouteStep: Sendable, Equatable {
  /// The ends that it can come to there.
  public enum Outcome: Sendable, Equatable {
    /// It was wanted, and became so many tasks.
    case tasks(Int)
    /// The filter does not want it.
    case unwanted
    /// It goes whole into `failed/`.
    case failed(reason: String)
    /// Its spool is full, and goes without it.
    case skipped(reason: String)
  }

  /// The identifier of the incoming configuration.
  public let incoming: String
  public internal(set) var outcome: Outcome

  /// Whether nothing comes of it there.
  var isEmpty: Bool {
    switch outcome {
    case .tasks(let count): count == 0
    case .unwanted: true
    case .failed, .skipped: false
    }
  }
}
