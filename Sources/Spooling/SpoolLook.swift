import Foundation

/// What lies in a spool at one moment.
public struct SpoolLook: Sendable, Equatable, Codable {
  /// Tasks by the directory that they lie in; of `cur`, also what drains have claimed.
  public var new = 0
  public var cur = 0
  public var retry = 0
  public var failed = 0
  /// Of the files of all these.
  public var bytes = 0
  /// When the oldest task arrived that is in `new`, `cur` or `retry`; nil if there is none whose name
  /// says it.
  public var oldest: Date?

  public init() {}

  /// Those that somebody has still to work on.
  public var waiting: Int { new + cur + retry }

  var depth: SpoolDepth { SpoolDepth(tasks: waiting + failed, bytes: bytes) }
}
