/// `type: binary`: the body as it is, as one task.
struct BinaryBody: BodyParser {
  static let type = "binary"
  static let documentation = "The whole body is one task, byte for byte, as without a parser."
  static let example = "type: binary"
  static let options: [any DocumentedOption] = []
  static let isSplitting = false
  static let isReading = false

  init?(reading mapping: Mapping) {}

  func items(of body: ParserInput) throws(Unparsed) -> [ParsedItem]? { nil }
}
