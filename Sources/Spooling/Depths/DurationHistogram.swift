import Synchronization

/// A histogram of durations, in steps from half a millisecond to ten seconds.
///
/// Counting is a few atomic additions, from any thread.
public final class DurationHistogram: Sendable {
  /// The counts at one moment. A count that is being added may be in one of the numbers and not yet
  /// in another.
  public struct Reading: Sendable, Equatable {
    /// For each of `bounds`, how many lasted at most that long and longer than the bound before.
    /// The last number counts those that lasted longer than all bounds.
    public var counts: [Int]
    /// The sum of all durations, in seconds.
    public var seconds: Double

    /// Creates a reading. `counts` has one number more than `bounds`.
    public init(counts: [Int], seconds: Double) {
      self.counts = counts
      self.seconds = seconds
    }
  }

  /// The bounds of the steps, in microseconds.
  public static let bounds = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000,
  ]

  private let counts = InlineArray<15, Atomic<Int>> { _ in Atomic(0) }
  private let microseconds = Atomic(0)

  /// Creates a histogram without counts.
  public init() {}

  /// Counts a duration.
  public func note(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    var step = 0
    while step < Self.bounds.count, Self.bounds[step] < microseconds { step += 1 }
    counts[step].add(1, ordering: .relaxed)
    self.microseconds.add(microseconds, ordering: .relaxed)
  }

  /// The counts now.
  public var reading: Reading {
    Reading(
      counts: (0...Self.bounds.count).map { counts[$0].load(ordering: .relaxed) },
      seconds: Double(microseconds.load(ordering: .relaxed)) / 1e6)
  }
}
