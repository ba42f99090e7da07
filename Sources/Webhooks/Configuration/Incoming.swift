/// An incoming configuration: a named destination of tasks with a spool of its own.
public struct Incoming: Sendable {
  public let identifier: Identifier
  /// What people call it.
  public let name: String
  public let description: String
  /// What it takes; nil where it takes everything.
  let filter: Filter?

  /// Whether it takes every body as it is, so that nobody looks into one.
  var isPlain: Bool { filter == nil }
}
