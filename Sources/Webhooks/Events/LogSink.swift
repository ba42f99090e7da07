/// Where the log is written to.
public protocol LogSink: Sendable {
  /// Writes records in their order, each as one entry. It may wait as long as it takes.
  ///
  /// - Returns: how many of them could not be written.
  func write(_ records: [LogRecord]) -> Int
}
