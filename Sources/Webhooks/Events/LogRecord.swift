import Foundation
import Logging

/// One entry of the log: what happened, when, and its fields.
///
/// Its texts may be a sender's. They are made safe where the record is written.
public struct LogRecord: Sendable {
  /// One field. Names are ours: lower-case letters, digits and underscores.
  public typealias Field = (name: String, value: LogValue)

  public let time: Date
  public let level: Logger.Level
  public let message: String
  public let fields: [Field]
  /// Whether it tells of a delivery: `levelwind log` looks for those.
  public let isDelivery: Bool

  /// The most scalars that a text of one field keeps; what is longer is cut, and says so.
  public static let longestText = 1024

  public init(
    time: Date, level: Logger.Level, message: String, fields: [Field], isDelivery: Bool = false
  ) {
    self.time = time
    self.level = level
    self.message = message
    self.fields = fields
    self.isDelivery = isDelivery
  }
}

extension LogRecord: LogEntry {
  public var memory: Int { 1024 }
  public var record: LogRecord { self }
}
