/// How the write-ahead log is, for `status` and the logs.
public struct WALStatus: Sendable, Equatable, Codable {
  /// Whether commits go through it.
  public var isInUse = false
  /// Why not, or why it can't be emptied; nil if all is well.
  public var problem: String?
  /// What was found in it that can't be read, and where it is kept.
  public var unreadable: [String] = []
  /// Whether the state directory's path leads elsewhere by now: the log is in the directory that was locked at the start,
  /// and the next start would not find it.
  public var isElsewhere = false

  public init(
    isInUse: Bool = false, problem: String? = nil, unreadable: [String] = [],
    isElsewhere: Bool = false
  ) {
    self.isInUse = isInUse
    self.problem = problem
    self.unreadable = unreadable
    self.isElsewhere = isElsewhere
  }
}
