/// What a drain did, counted by attempts' ends.
public struct Tally: Sendable, Equatable {
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
}
