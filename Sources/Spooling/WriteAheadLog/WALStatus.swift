/// How the write-ahead log is, for `status` and the logs.
public struct WALStatus: Sendable, Equatable, Codable {
  /// Whether commits go through it.
  public var isInUse = false
  /// Why not, or why it can't be emptied; nil if all is well.
  public var problem: String?
  /// What was found in it that can't be read, and where it is kept.
  public var unreadable: [String] = []

  public init(isInUse: Bool = false, problem: String? = nil, unreadable: [String] = []) {
    self.isInUse = isInUse
    self.problem = problem
    self.unreadable = unreadable
  }
}
