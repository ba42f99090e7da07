/// A way to turn a body into the bodies of tasks.
///
/// A kind is one file with its options, reading and documentation, and one line in `Parsers.kinds`.
/// It holds no state and does no I/O.
/// `Parsers.kinds`. It holds no state and does no I/O.
protocol BodyParser: Sendable {
  /// The value of `type`, unique among the kinds.
  static var type: String { get }
  /// A description for an administrator, one or two sentences.
  static var documentation: String { get }
  /// The keys of this kind, without `type`.
  static var options: [any DocumentedOption] { get }
  /// An example value of `parser` in YAML, `type` included.
  static var example: String { get }
  /// Whether one body can become several tasks, at most `max_items`.
  static var isSplitting: Bool { get }
  /// Whether it reads the body.
  static var isReading: Bool { get }

  /// Reads the options.
  ///
  /// - Returns: nil if it reported a problem.
  init?(reading mapping: Mapping)

  /// Returns the bodies of the tasks, in the sender's order; nil for one task with the whole body.
  ///
  /// - Throws: `Unparsed` with the error and its place in the body.
  func items(of body: ParserInput) throws(Unparsed) -> [ParsedItem]?
}

extension BodyParser {
  static var isReading: Bool { true }
}

/// The body of one task.
struct ParsedItem: Sendable, Equatable {
  let body: [UInt8]
  let contentType: String

  static func json(_ body: [UInt8]) -> ParsedItem {
    ParsedItem(body: body, contentType: "application/json")
  }
}

/// The reason why a body didn't become tasks.
enum Unparsed: Error, Equatable {
  /// The body can't be parsed. The delivery goes whole into `failed/`.
  case failed(String)
  /// Time ran out. The sender is asked to try again.
  case late(String)

  static func tooMany(_ most: Int) -> Unparsed {
    .failed("there are more than \(most) items (max_items)")
  }
}
