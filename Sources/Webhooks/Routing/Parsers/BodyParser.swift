/// A way to turn a body into the bodies of tasks.
///
/// A kind is one file, with its options, its reading and its documentation, and one line in
/// `Parsers.kinds`. It holds no state and does no I/O.
protocol BodyParser: Sendable {
  /// What stands at `type`, different for each kind.
  static var type: String { get }
  /// What it makes of a body, in a sentence or two for an administrator.
  static var documentation: String { get }
  /// Its keys beside `type`.
  static var options: [any DocumentedOption] { get }
  /// The value of `parser` in YAML, `type` included.
  static var example: String { get }
  /// Whether one body can become several tasks, at most `max_items`.
  static var isSplitting: Bool { get }
  /// Whether it looks into the body at all.
  static var isReading: Bool { get }

  /// - Returns: nil where it reported a problem.
  init?(reading mapping: Mapping)

  /// The bodies of the tasks, in the sender's order; nil for the whole body as it is.
  ///
  /// - Throws: why the body can't be read, and where.
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

/// Why a body did not become tasks.
enum Unparsed: Error, Equatable {
  /// It goes whole into `failed/`.
  case failed(String)
  /// There was no time left to find out.
  case late(String)

  static func tooMany(_ most: Int) -> Unparsed {
    .failed("there are more than \(most) items (max_items)")
  }
}
