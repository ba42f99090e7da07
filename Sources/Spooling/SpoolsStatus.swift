import Foundation

/// How the spools are, for `status` and the logs.
public struct SpoolsStatus: Sendable {
  /// Something that went wrong in a spool.
  public struct Problem: Sendable {
    public let error: SpoolError
    public let time: Date
  }

  /// Commits that no thread has begun with.
  public var waiting: Int
  /// Commits that are being written.
  public var running: Int
  /// The last problem of each spool that had one since the last reload, by identifier; it may be over.
  public var problems: [String: Problem]
  /// Why, for each file system that is not trusted at the moment.
  public var distrust: [String]
  /// How the write-ahead log is.
  public var log = LogStatus()
}
