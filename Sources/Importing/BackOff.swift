/// The wait of a task between attempts. It doubles with each failure, up to a limit. The wait
/// itself is random between half of that and all of it, so that tasks that failed together don't
/// come back together.
public struct BackOff: Sendable, Equatable {
  /// The longest wait after the first failure.
  public var first: Duration
  /// The longest wait.
  public var most: Duration

  /// Makes a back-off, by default from ten seconds up to an hour.
  public init(first: Duration = .seconds(10), most: Duration = .seconds(3600)) {
    self.first = first
    self.most = most
  }

  /// Chooses the wait after a number of failures.
  ///
  /// - Parameters:
  ///   - failures: the number of failures so far, from 1.
  ///   - chance: a random number from 0 to 1.
  /// - Returns: at least half of the doubled wait, and at most `most`.
  public func wait(after failures: Int, chance: Double = .random(in: 0...1)) -> Duration {
    // Capped at 2^30, so that the shift can't overflow. No sensible limit is longer.
    let doubled = first * (1 << min(max(failures - 1, 0), 30))
    return min(doubled, most) * (0.5 + chance / 2)
  }
}
