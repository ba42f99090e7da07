/// Something that is to be logged. Its record is made by whoever writes it, behind the delivery.
public protocol LogEntry: Sendable {
  /// The bytes that it holds in memory, roughly.
  var memory: Int { get }
  /// What is written.
  var record: LogRecord { get }
}
