import Synchronization

/// How long something takes, counted in steps from half a millisecond to ten seconds. Counting is a few
/// atomic additions, from any thread.
public final class DurationHistogram: Sendable {
  /// What was counted until one moment; a count that comes meanwhile may be in one part and not yet in
  /// another.
  public struct Reading: Sendable, Equatable {
    /// How many lasted at most as long as each of `bounds`, and longer than the one before; the last
    /// number is of those that lasted longer than all of them.
    public var counts: [Int]
    /// All of them together.
    public var seconds: Double

    public init(counts: [Int], seconds: Double) {
      self.counts = counts
      self.seconds = seconds
    }
  }

  /// In microseconds.
  public static let bounds = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000,
  ]

  private let counts = InlineArray<15, Atomic<Int>> { _ in Atomic(0) }
  private let microseconds = Atomic(0)

  public init() {}

  public func note(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    var step = 0
    while step < Self.bounds.count, Self.bounds[step] < microseconds { step += 1 }
    counts[step].add(1, ordering: .relaxed)
    self.microseconds.add(microseconds, ordering: .relaxed)
  }

  public var reading: Reading {
    Reading(
      counts: (0...Self.bounds.count).map { counts[$0].load(ordering: .relaxed) },
      seconds: Double(microseconds.load(ordering: .relaxed)) / 1e6)
  }
}
