/// A reader of the records of a CSV text (RFC 4180), one after the other.
struct CSVReader {
  /// The characters with a meaning.
  struct Dialect: Sendable {
    var delimiter = UInt8(ascii: ",")
    /// The quote; nil if fields aren't quoted.
    var quote: UInt8? = UInt8(ascii: "\"")
    /// The character that makes the next one part of a quoted field. If it is the quote itself, two
    /// quotes stand for one.
    var escape = UInt8(ascii: "\"")
  }

  /// The most fields of a record.
  static let mostFields = 10_000

  private let text: [UInt8]
  private let dialect: Dialect
  private var position = 0
  private var line = 1
  /// The first line of the record that was read last, counted from 1.
  private(set) var recordLine = 1

  init(_ text: [UInt8], _ dialect: Dialect) {
    self.text = text
    self.dialect = dialect
  }

  /// Returns the fields of the next record; nil at the end. Empty lines are skipped.
  mutating func next() throws(Unparsed) -> [[UInt8]]? {
    while let end = lineEnd(at: position) { pass(end) }
    guard position < text.count else { return nil }
    recordLine = line
    var fields: [[UInt8]] = []
    while true {
      guard fields.count < Self.mostFields else {
        throw .failed("the record in line \(recordLine) has more than \(Self.mostFields) fields")
      }
      fields.append(try field())
      if position < text.count, text[position] == dialect.delimiter {
        position += 1
        continue
      }
      if let end = lineEnd(at: position) { pass(end) }
      return fields
    }
  }

  private mutating func field() throws(Unparsed) -> [UInt8] {
    if position < text.count, text[position] == dialect.quote { return try quoted() }
    let start = position
    while position < text.count, text[position] != dialect.delimiter, lineEnd(at: position) == nil {
      position += 1
    }
    return Array(text[start..<position])
  }

  private mutating func quoted() throws(Unparsed) -> [UInt8] {
    let start = line
    var field: [UInt8] = []
    position += 1
    while position < text.count {
      let byte = text[position]
      if byte == dialect.escape, isEscape {
        field.append(text[position + 1])
        position += 2
      } else if byte == dialect.quote {
        position += 1
        try requireEnd(start)
        return field
      } else {
        if byte == UInt8(ascii: "\n") { line += 1 }
        field.append(byte)
        position += 1
      }
    }
    throw .failed("a quoted field that begins in line \(start) does not end")
  }

  /// Whether the escape character at this place escapes the next one. A quote that is its own
  /// escape does so only before another quote.
  private var isEscape: Bool {
    guard position + 1 < text.count else { return false }
    let next = text[position + 1]
    return next == dialect.quote || dialect.escape != dialect.quote && next == dialect.escape
  }

  private func requireEnd(_ start: Int) throws(Unparsed) {
    guard
      position == text.count || text[position] == dialect.delimiter
        || lineEnd(at: position) != nil
    else {
      throw .failed(
        "line \(line): a quoted field that begins in line \(start) has text after its closing "
          + "quote")
    }
  }

  /// Returns the place after the line end at a place; nil if no line ends there.
  private func lineEnd(at place: Int) -> Int? {
    guard place < text.count else { return nil }
    if text[place] == UInt8(ascii: "\n") { return place + 1 }
    let isPair =
      text[place] == UInt8(ascii: "\r") && place + 1 < text.count
      && text[place + 1] == UInt8(ascii: "\n")
    return isPair ? place + 2 : nil
  }

  private mutating func pass(_ end: Int) {
    position = end
    line += 1
  }
}
