/// What a drain did, counted by attempts' ends.
public struct Tally: Sendable, Equatable {
  /// How often work was done on a task, or tried.
  public var attempts = 0
  public var done = 0
  /// Put into `retry/`.
  public var deferred = 0
  /// Put into `failed/`.
  public var failed = 0
  /// Put back because the drain was asked to stop.
  public var released = 0
  /// Claims of others that were taken back.
  public var returned = 0
  /// Tasks whose files could not be moved.
  public var problems = 0
  /// Why the drain ended before its time; nil if it didn't.
  public var end: String?

  public init() {}

  /// Of two drains, the second the later.
  public static func + (a: Tally, b: Tally) -> Tally {
    var sum = b
    sum.attempts += a.attempts
    sum.done += a.done
    sum.deferred += a.deferred
    sum.failed += a.failed
    sum.released += a.released
    sum.returned += a.returned
    sum.problems += a.problems
    return sum
  }
}
