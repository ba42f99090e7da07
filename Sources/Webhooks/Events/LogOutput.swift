/// Takes what is to be logged, at once, whatever becomes of it.
public protocol LogOutput: Sendable {
  /// Never waits for whoever writes it.
  func take(_ entry: any LogEntry)
}
