/// An incoming configuration: a named destination of tasks with a spool of its own.
public struct Incoming: Sendable {
  public let identifier: Identifier
  /// What people call it.
  public let name: String
  public let description: String
  /// What it takes; nil where it takes everything.
  let filter: Filter?
  /// How a body becomes tasks; nil where it is one, as it is.
  let parser: ConfiguredParser?
  /// The CloudEvents `type` and `subject` of its tasks, where they aren't the usual ones.
  let type: JQProgram?
  let subject: JQProgram?
  /// The group that may read and claim its tasks; nil for the responder's own.
  public let group: String?
  /// What may wait in its spool; nil for no limit but the disk's.
  let limits: SpoolLimits?
  /// How long finished tasks are kept; nil if they are not.
  public let keepDone: Duration?

  /// The filter as it stands in the file.
  public var filterText: String? { filter?.program.source }
  /// The parser's `type`.
  public var parserType: String? { parser.map { Swift.type(of: $0.parser).type } }

  /// Whether it takes every body as it is, so that nobody looks into one.
  var isPlain: Bool {
    let isReading = parser.map { Swift.type(of: $0.parser).isReading } ?? false
    return filter == nil && type == nil && subject == nil && !isReading
  }
}
