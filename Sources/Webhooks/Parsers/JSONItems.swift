import Bytes
import Spooling

/// `type: json`: items of a JSON body, cut from the sender's bytes.
struct JSONItems: BodyParser {
  static let type = "json"
  static let documentation = """
    The body is read as JSON, whatever its content type says. A byte-order mark is left out. Each \
    item that `items` selects becomes a task with the item's exact bytes, in the order of \
    selection. Without `items`, the whole body is one task. `items` is a jq path: it may select \
    and skip (`.data.body.orders[] | select(.paid)`), but not make new values.
    """
  static let example = """
    type: json
    items: .data.body.mutations[]
    """

  private static let items = Option(
    optional: "items", .jqProgram,
    "The items: a jq path expression over the task document. It has to select parts of "
      + "`.data.body`.")

  static let options: [any DocumentedOption] = [items]
  static let isSplitting = true

  /// The program that returns the items' paths; nil if the whole body is one task.
  private let paths: JQProgram?

  init?(reading mapping: Mapping) {
    guard let items = mapping[Self.items] else {
      paths = nil
      return
    }
    mapping.warnOfStrays(in: items, at: Self.items)
    do throws(JQSyntaxError) {
      paths = try JQProgram.reading(
        items.source, isPath: true, most: mapping[Parsers.maxItems] + 1)
    } catch {
      mapping.report(at: Self.items, "jq: \(error.message)")
      return nil
    }
  }

  func items(of body: ParserInput) throws(Unparsed) -> [ParsedItem]? {
    let hasMark = body.bytes.starts(with: ParserInput.byteOrderMark)
    let text = hasMark ? Array(body.bytes[3...]) : body.bytes
    if let wrong = JSONText.firstInvalid(in: text) {
      throw .failed("the body isn't JSON\(Self.place(wrong, in: text))")
    }
    guard let paths else { return [.json(text)] }
    do throws(JQFailure) {
      let document = try body.document(
        body.body.isJSON ? nil : EncodedBody(text, contentType: Array("application/json".utf8)))
      var found: [[JSONText.Step]] = []
      try paths.run(document, within: body.limits) { path throws(JQFailure) in
        guard found.count < body.most else {
          throw .error("there are more than \(body.most) items (max_items)")
        }
        found.append(try JQPath.steps(path, in: document))
      }
      return try Self.cut(found, from: text)
    } catch .late(let reason) {
      throw .late(reason)
    } catch {
      throw .failed("items: \(error.reason)")
    }
  }

  private static func cut(
    _ paths: [[JSONText.Step]], from text: [UInt8]
  ) throws(JQFailure) -> [ParsedItem] {
    var items: [ParsedItem] = []
    items.reserveCapacity(paths.count)
    for (path, range) in zip(paths, JSONText.ranges(of: paths, in: text)) {
      guard let range else { throw .error("there is nothing at \(JQPath.text(path))") }
      items.append(.json(Array(text[range])))
    }
    return items
  }

  /// Returns line and column in words, both counted from 1, the column in bytes.
  private static func place(_ offset: Int, in text: [UInt8]) -> String {
    let before = text[..<min(offset, text.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let column = offset - ((before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1) + 1
    return ", line \(line), column \(column)"
  }
}
