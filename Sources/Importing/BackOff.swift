/// How long a task waits between attempts: twice as long after each, at random between half of that and
/// all of it, so that tasks that failed together don't come back together.
public struct BackOff: Sendable, Equatable {
  /// The wait after the first failure, at most.
  public var first: Duration
  /// The longest wait.
  public var most: Duration

  public init(first: Duration = .seconds(10), most: Duration = .seconds(3600)) {
    self.first = first
    self.most = most
  }

  /// - Parameters:
  ///   - failures: how many there were, from 1.
  ///   - chance: from 0 to 1.
  public func wait(after failures: Int, chance: Double = .random(in: 0...1)) -> Duration {
    // Over 2^30 times the first wait, there is only the longest.
    let doubled = first * (1 << min(max(failures - 1, 0), 30))
    return min(doubled, most) * (0.5 + chance / 2)
  }
}
