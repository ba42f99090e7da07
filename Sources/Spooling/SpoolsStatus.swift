import Foundation

/// How the spools are, for `status` and the logs.
public struct SpoolsStatus: Sendable {
  /// Something that went wrong in a spool.
  public struct Problem: Sendable {
    public let error: SpoolError
    public let time: Date
  }

  /// What was acknowledged and waits to be published into a spool.
  public struct Waiting: Sendable, Equatable, Codable {
    public var tasks: Int
    public var bytes: Int
    /// How many of them are set aside.
    public var aside: Int
    /// When the oldest of them was acknowledged, or found in the log by a start.
    public var oldest: Date?
    /// What the last attempt failed with; nil if none did.
    public var problem: String?

    public init(
      tasks: Int, bytes: Int = 0, aside: Int = 0, oldest: Date? = nil, problem: String? = nil
    ) {
      self.tasks = tasks
      self.bytes = bytes
      self.aside = aside
      self.oldest = oldest
      self.problem = problem
    }
  }

  /// Commits that no thread has begun with.
  public var waiting: Int
  /// Commits that are being written.
  public var running: Int
  /// What each spool fails with that does not work, by identifier.
  public var problems: [String: Problem]
  /// Why, for each file system that is not trusted at the moment.
  public var distrust: [String]
  /// How the write-ahead log is.
  public var log = WALStatus()
  /// What was acknowledged and is not in its spool yet, by spool.
  public var unpublished: [String: Waiting] = [:]
}
