import Bytes

@testable import Verification

/// Walks over JSON. Each `skip` moves past one thing, or returns false if it isn't there. It is
/// written independently of the fuzzed reader, to compare both.
struct JSONScanner {
  let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// Whether bytes are one JSON text in UTF-8, nested no deeper than `depth`.
  static func isJSON(_ bytes: [UInt8], depth: Int) -> Bool {
    guard String(validating: bytes, as: UTF8.self) != nil else { return false }
    var scanner = JSONScanner(bytes, at: 0)
    scanner.skipBlanks()
    guard scanner.skipValue(depth: depth) else { return false }
    scanner.skipBlanks()
    return scanner.isAtEnd
  }

  var isAtEnd: Bool { position == bytes.count }
  private var next: UInt8? { isAtEnd ? nil : bytes[position] }

  mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// Moves past one byte if it is the next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Moves past the value that starts here.
  mutating func skipValue(depth: Int) -> Bool {
    switch next {
    case UInt8(ascii: "{"): depth > 0 && skipObject { $0.skipMember(depth: depth - 1) }
    case UInt8(ascii: "["): depth > 0 && skipArray { $0.skipValue(depth: depth - 1) }
    case UInt8(ascii: "\""): skipString()
    case UInt8(ascii: "t"): skipWord("true")
    case UInt8(ascii: "f"): skipWord("false")
    case UInt8(ascii: "n"): skipWord("null")
    default: skipNumber()
    }
  }

  /// Moves past an object. The caller moves past each member.
  mutating func skipObject(_ member: (inout JSONScanner) -> Bool) -> Bool {
    skip("{") && skipList(until: "}", member)
  }

  /// Moves past an array. The caller moves past each element.
  mutating func skipArray(_ element: (inout JSONScanner) -> Bool) -> Bool {
    skip("[") && skipList(until: "]", element)
  }

  private mutating func skipMember(depth: Int) -> Bool {
    skipString() && skipColon() && skipValue(depth: depth)
  }

  /// Moves past a colon and the blanks around it.
  mutating func skipColon() -> Bool {
    skipBlanks()
    guard skip(":") else { return false }
    skipBlanks()
    return true
  }

  private mutating func skipList(
    until end: Unicode.Scalar, _ item: (inout JSONScanner) -> Bool
  ) -> Bool {
    skipBlanks()
    if skip(end) { return true }
    repeat {
      skipBlanks()
      guard item(&self) else { return false }
      skipBlanks()
    } while skip(",")
    return skip(end)
  }

  /// Moves past a string with its quotes.
  mutating func skipString() -> Bool {
    guard skip("\"") else { return false }
    while let byte = next, byte >= 0x20 {
      position += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte == UInt8(ascii: "\\") && !skipEscape() { return false }
    }
    return false
  }

  private mutating func skipEscape() -> Bool {
    guard let byte = next else { return false }
    position += 1
    guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
    guard Hex.decode(bytes[position...].prefix(4))?.count == 2 else { return false }
    position += 4
    return true
  }

  private mutating func skipWord(_ word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipNumber() -> Bool {
    _ = skip("-")
    guard skip("0") || skipDigits() else { return false }
    if skip(".") && !skipDigits() { return false }
    guard skip("e") || skip("E") else { return true }
    _ = skip("+") || skip("-")
    return skipDigits()
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    return position > start
  }
}
