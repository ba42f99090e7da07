import FoundationEssentials

/// The state of the spools, for `status` and the logs.
public struct SpoolsStatus: Sendable {
  /// The error that keeps a spool from working, and when it began.
  public struct Problem: Sendable {
    /// The error of the last attempt.
    public let error: SpoolError
    /// When the problem began.
    public let time: Date
  }

  /// The tasks of a spool that were acknowledged and wait to be published into it.
  public struct Waiting: Sendable, Equatable, Codable {
    /// The number of these tasks.
    public var tasks: Int
    /// The bytes of the tasks' files.
    public var bytes: Int
    /// How many of these tasks are set aside.
    public var aside: Int
    /// When the oldest of these tasks was acknowledged, or found in the log by a start. For a task
    /// that is set aside, when it arrived.
    public var oldest: Date?
    /// The error of the last attempt to publish; nil if no attempt failed.
    public var problem: String?

    /// Creates the numbers of one spool.
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

  /// Commits that no thread has begun to write.
  public var waiting: Int
  /// Commits that are being written.
  public var running: Int
  /// The error of each spool that doesn't work.
  public var problems: [SpoolID: Problem]
  /// For each file system that isn't trusted at this moment, the reason.
  public var distrust: [String]
  /// The state of the write-ahead log.
  public var log = WALStatus()
  /// The tasks that were acknowledged and aren't in their spools yet, by spool.
  public var unpublished: [SpoolID: Waiting] = [:]
}
