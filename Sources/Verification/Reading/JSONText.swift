/// A JSON text (RFC 8259), checked as a whole and then read where it stands.
///
/// Own, because what a rule decides on must mean one thing only. Foundation's reader takes one of
/// two members of the same name without a word, loses the digits of numbers and the exact text of
/// a node, which some senders sign, and builds the whole tree to find one string in it.
struct JSONText {
  /// The deepest nesting that is read.
  static let depth = 100

  /// The outermost value.
  let root: JSONElement

  /// - Throws: `Refusal.unverified` for what is not JSON in UTF-8, or nested too deeply. A byte
  ///   order mark is skipped (RFC 8259, 8.1, lets a reader do so; Business Central sent one).
  init(_ bytes: [UInt8]) throws(Refusal) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .unverified("the body is not UTF-8, and JSON is")
    }
    var scanner = JSONScanner(bytes, at: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    scanner.skipBlanks()
    let start = scanner.position
    guard scanner.skipValue(depth: Self.depth) else {
      throw .unverified("the body is no JSON, from byte \(scanner.position) on")
    }
    root = JSONElement(bytes: bytes, range: start..<scanner.position)
    scanner.skipBlanks()
    guard scanner.isAtEnd else {
      throw .unverified("the body goes on after its JSON, from byte \(scanner.position) on")
    }
  }
}
