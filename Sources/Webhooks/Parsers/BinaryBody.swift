/// `type: binary`: the body as it is, as one task.
struct BinaryBody: BodyParser {
  static let type = "binary"
  static let documentation = "The body as it is, one task: the same as no parser at all."
  static let example = "type: binary"
  static let options: [any DocumentedOption] = []
  static let isSplitting = false
  static let isReading = false

  init?(reading mapping: Mapping) {}

  func items(of body: ParserInput) throws(Unparsed) -> [ParsedItem]? { nil }
}
