/// The state of the write-ahead log, for `status` and the logs.
public struct WALStatus: Sendable, Equatable, Codable {
  /// Whether commits go through the log.
  public var isInUse = false
  /// Why they don't, or why the log can't be cleared; nil if all is well.
  public var problem: String?
  /// Messages that say which parts of the log can't be read, and where copies of them are kept.
  public var unreadable: [String] = []
  /// Whether the state directory's path leads elsewhere by now. The log is in the directory that
  /// was locked at the start, where the next start would not find it.
  public var isElsewhere = false

  /// Creates a status. Each argument is described at its property.
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
