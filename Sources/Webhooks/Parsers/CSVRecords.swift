import Bytes

/// `type: csv`: one task for each record.
struct CSVRecords: BodyParser {
  static let type = "csv"
  static let documentation = """
    Each record becomes a task: a JSON object of texts, named by the first record, or an array of \
    texts with `header: false`. Quoting is that of RFC 4180: a quoted field may hold delimiters \
    and line ends, and two quotes stand for one. Every record must have as many fields as the \
    header, and at most 10,000.
    """
  static let example = """
    type: csv
    delimiter: ";"
    encoding: windows-1252
    """

  private static let character = Form<UInt8>.scalar(
    "character", "one visible ASCII character, tab or none",
    write: { [$0 == 9 ? "tab" : $0 == 0 ? "none" : String(UnicodeScalar($0))][0].quoted },
    parse: { text in
      if text == "tab" { return 9 }
      if text == "none" { return 0 }
      guard text.utf8.count == 1, let byte = text.utf8.first, 0x20...0x7e ~= byte else {
        return nil
      }
      return byte
    })

  private enum Keys {
    static let delimiter = Option(
      "delimiter", character, default: UInt8(ascii: ","),
      "The character between two fields, or `tab`.")
    static let quote = Option(
      "quote", character, default: UInt8(ascii: "\""),
      "The character around a field that has delimiters or line ends in it. `none` if there is "
        + "none.")
    static let escape = Option(
      optional: "escape", character,
      "The character before a quote in a quoted field. By default the quote itself.")
    static let header = Option(
      "header", .boolean, default: true, "Whether the first record names the fields.")
  }

  static let options: [any DocumentedOption] = [
    Keys.delimiter, Keys.quote, Keys.escape, Keys.header, TextEncoding.option,
  ]
  static let isSplitting = true

  private let dialect: CSVReader.Dialect
  private let hasHeader: Bool
  private let encoding: TextEncoding

  init?(reading mapping: Mapping) {
    let quote = mapping[Keys.quote]
    let escape = mapping[Keys.escape]
    dialect = CSVReader.Dialect(
      delimiter: mapping[Keys.delimiter], quote: quote == 0 ? nil : quote, escape: escape ?? quote)
    hasHeader = mapping[Keys.header]
    encoding = mapping[TextEncoding.option]
    guard dialect.delimiter != 0 else {
      mapping.report(at: Keys.delimiter, "expected one visible ASCII character, or tab")
      return nil
    }
    guard dialect.delimiter != quote, dialect.delimiter != escape else {
      mapping.report(
        at: Keys.delimiter, "the delimiter has to differ from the quote and the escape")
      return nil
    }
  }

  func items(of body: ParserInput) throws(Unparsed) -> [ParsedItem]? {
    var reader = CSVReader(try encoding.decode(body.bytes), dialect)
    var header: [[UInt8]] = []
    if hasHeader {
      guard let names = try reader.next() else { return [] }
      header = try Self.quoted(names)
    }
    var items: [ParsedItem] = []
    var bytes = 0
    while let fields = try reader.next() {
      guard items.count < body.most else { throw .tooMany(body.most) }
      guard !hasHeader || fields.count == header.count else {
        throw .failed(
          "the record in line \(reader.recordLine) has \(fields.count) fields, the header "
            + "\(header.count)")
      }
      items.append(.json(hasHeader ? Self.object(header, fields) : Self.array(fields)))
      bytes += items[items.count - 1].body.count
      guard bytes <= body.mostBytes else {
        throw .failed(
          "with the header's names, the records would have more than 32 times the "
            + "bytes of the body")
      }
    }
    return items
  }

  /// Returns the names as JSON strings.
  ///
  /// - Throws: `Unparsed.failed` if a name occurs twice.
  private static func quoted(_ names: [[UInt8]]) throws(Unparsed) -> [[UInt8]] {
    var seen: Set<[UInt8]> = []
    var quoted: [[UInt8]] = []
    for name in names {
      guard seen.insert(name).inserted else {
        let text = String(decoding: name, as: UTF8.self).quoted
        throw .failed("the header has \(text) twice")
      }
      var bytes: [UInt8] = []
      JSONText.appendQuoted(name, to: &bytes)
      quoted.append(bytes)
    }
    return quoted
  }

  private static func object(_ names: [[UInt8]], _ fields: [[UInt8]]) -> [UInt8] {
    var json: [UInt8] = []
    for (name, field) in zip(names, fields) {
      json.append(UInt8(ascii: json.isEmpty ? "{" : ","))
      json += name
      json.append(UInt8(ascii: ":"))
      JSONText.appendQuoted(field, to: &json)
    }
    return json + [UInt8(ascii: "}")]
  }

  private static func array(_ fields: [[UInt8]]) -> [UInt8] {
    var json: [UInt8] = []
    for field in fields {
      json.append(UInt8(ascii: json.isEmpty ? "[" : ","))
      JSONText.appendQuoted(field, to: &json)
    }
    return json + [UInt8(ascii: "]")]
  }
}
