/// An incoming configuration: a named destination of tasks with a spool of its own.
public struct Incoming: Sendable {
  public let identifier: Identifier
  /// What people call it.
  public let name: String
  public let description: String
}
