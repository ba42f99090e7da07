import Bytes
import FoundationEssentials
import Logging

/// One entry of the log: a message, its time and its fields.
///
/// The texts may come from a sender. They are made safe when the record is written.
public struct LogRecord: Sendable {
  /// One field. We choose its name: lower-case letters, digits and underscores.
  public typealias Field = (name: String, value: LogValue)

  /// The moment of the event.
  public let time: Date
  /// The severity of the event.
  public let level: Logger.Level
  /// The event in words.
  public let message: String
  /// The facts about the event, in the order in which they are written.
  public let fields: [Field]
  /// Whether the record is about a delivery. `levelwind log` shows only such records.
  public let isDelivery: Bool

  /// The most Unicode scalars that a text in a field keeps. A longer text is cut, with a mark.
  public static let longestText = SafeText.longest

  /// Creates a record. `isDelivery` says whether the record is about a delivery.
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

extension LogRecord {
  /// Creates a record of an event.
  ///
  /// - Parameters:
  ///   - event: the event.
  ///   - time: the moment of the event.
  ///   - isDelivery: whether it is about a delivery.
  ///   - fields: the facts about the event.
  public init(_ event: Event, at time: Date, isDelivery: Bool = true, fields: [Field]) {
    self.init(
      time: time, level: event.level, message: event.name, fields: fields, isDelivery: isDelivery)
  }
}

extension LogRecord: LogEntry {
  /// An estimate that holds for the program's own messages: 1 KiB.
  public var memory: Int { 1024 }
  /// The record itself.
  public var record: LogRecord { self }
}

/// The value of one field.
public enum LogValue: Sendable, Equatable {
  /// One name of an object, and its value.
  public struct Member: Sendable, Equatable {
    /// The name within the object.
    public let name: String
    /// The value, which is text.
    public let value: String

    /// Creates a member from its name and its value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  case text(String)
  /// A text that was already cut to the wanted length.
  case excerpt(String)
  case number(Int)
  case list([String])
  /// The members, in their order.
  case object([Member])
}

/// An entry to log. The writing thread makes its record, so that the delivery doesn't wait for
/// that.
public protocol LogEntry: Sendable {
  /// The bytes that the entry holds in memory, roughly.
  var memory: Int { get }
  /// The record to write.
  var record: LogRecord { get }
}

/// Takes entries for the log and returns at once.
public protocol LogOutput: Sendable {
  /// Takes an entry without waiting until it is written.
  func take(_ entry: any LogEntry)
}

/// The place that the log is written to.
public protocol LogSink: Sendable {
  /// Writes records in their order, each as one entry. It may wait without a limit.
  ///
  /// - Returns: the number of records that weren't written.
  func write(_ records: [LogRecord]) -> Int
}
