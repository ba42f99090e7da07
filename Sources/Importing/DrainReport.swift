/// The numbers of a drain, by the ends of its attempts.
public struct DrainReport: Sendable, Equatable {
  /// The number of attempts, one for each task of a batch.
  public var attempts = 0
  /// Tasks that were finished.
  public var done = 0
  /// Tasks that were put into `retry/`.
  public var deferred = 0
  /// Tasks that were put into `failed/`.
  public var failed = 0
  /// Tasks that were put back because the drain stops.
  public var released = 0
  /// Claims of other processes that were taken back.
  public var returned = 0
  /// Errors with task files, such as a file that could not be moved or read.
  public var problems = 0
  /// Whether nothing was worked on because of another drain, since one of the two keeps an order.
  public var isHeldUp = false
  /// The reason why the drain ended early; nil if it did not.
  public var end: String?

  /// Makes a report in which nothing has happened.
  public init() {}

  /// Returns the sum of two drains, the second of them the later.
  public static func + (a: DrainReport, b: DrainReport) -> DrainReport {
    var sum = b
    sum.attempts += a.attempts
    sum.done += a.done
    sum.deferred += a.deferred
    sum.failed += a.failed
    sum.released += a.released
    sum.returned += a.returned
    sum.problems += a.problems
    sum.isHeldUp = a.isHeldUp || b.isHeldUp
    return sum
  }
}
