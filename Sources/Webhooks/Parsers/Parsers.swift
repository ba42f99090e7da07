/// All kinds of parsers.
enum Parsers {
  static let kinds: [any BodyParser.Type] = [
    JSONItems.self, NDJSONLines.self, CSVRecords.self, XMLElements.self, FormFieldsObject.self,
    BinaryBody.self,
  ]

  static let maxItems = Option(
    "max_items", .integer(1...100_000), default: 10_000,
    "The most items that a delivery may have. A delivery with more goes whole into `failed/`.")

  /// Returns the keys of a kind, and `max_items` if it splits.
  static func options(of kind: any BodyParser.Type) -> [any DocumentedOption] {
    kind.options + (kind.isSplitting ? [maxItems] : [])
  }

  /// The value of an incoming configuration's key `parser`.
  static let form = Form<ConfiguredParser>.kind(kinds.map(kind), "a parser")

  private static func kind(_ type: any BodyParser.Type) -> Kind<ConfiguredParser> {
    Kind(type: type.type, options: options(of: type)) { mapping in
      let most = type.isSplitting ? mapping[maxItems] : 1
      return type.init(reading: mapping).map { ConfiguredParser(parser: $0, maxItems: most) }
    }
  }
}

/// The parser of an incoming configuration.
struct ConfiguredParser: Sendable {
  let parser: any BodyParser
  let maxItems: Int
}
