import Bytes
import Spooling

/// `type: ndjson`: one task for each line.
struct NDJSONLines: BodyParser {
  static let type = "ndjson"
  static let documentation = """
    Each line is JSON, and becomes a task with its exact bytes. Lines end in LF or CR LF. Lines \
    with nothing but white space are left out, and so is a byte-order mark.
    """
  static let example = "type: ndjson"
  static let options: [any DocumentedOption] = []
  static let isSplitting = true

  init?(reading mapping: Mapping) {}

  func items(of body: ParserInput) throws(Unparsed) -> [ParsedItem]? {
    let mark = body.bytes.starts(with: ParserInput.byteOrderMark)
    var rest = body.bytes[(mark ? 3 : 0)...]
    var items: [ParsedItem] = []
    var number = 0
    while !rest.isEmpty {
      number += 1
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest.dropFirst(line.count + 1)
      let item = Self.trimmed(line)
      if item.isEmpty { continue }
      guard items.count < body.most else { throw .tooMany(body.most) }
      guard JSONText.isValid(item) else {
        throw .failed("line \(number) isn't JSON")
      }
      items.append(.json(item))
    }
    return items
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d }
    return Array(line.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
