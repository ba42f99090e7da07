/// One value inside a JSON text that was checked.
struct JSONElement {
  /// The whole text, shared.
  private let bytes: [UInt8]
  private let range: Range<Int>

  init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  /// The value's exact bytes.
  var raw: ArraySlice<UInt8> { bytes[range] }

  private var first: UInt8 { bytes[range.lowerBound] }
  var isObject: Bool { first == UInt8(ascii: "{") }
  var isArray: Bool { first == UInt8(ascii: "[") }
  var isNull: Bool { first == UInt8(ascii: "n") }
  var isTrue: Bool { first == UInt8(ascii: "t") }

  /// A member of an object, or nil if there is none of this name, or this is no object.
  ///
  /// - Throws: `Refusal.unverified` if there are two: another reader may take the other.
  func member(_ name: String) throws(Refusal) -> JSONElement? {
    var found: [JSONElement] = []
    var scanner = JSONScanner(bytes, at: range.lowerBound)
    _ = scanner.skipObject { scanner in
      let start = scanner.position
      guard scanner.skipString() else { return false }
      let key = JSONElement(bytes: bytes, range: start..<scanner.position)
      let isWanted = key.string.map { $0.elementsEqual(name.utf8) } ?? false
      guard scanner.skipColon() else { return false }
      let value = scanner.position
      guard scanner.skipValue(depth: JSONText.depth) else { return false }
      if isWanted { found.append(JSONElement(bytes: bytes, range: value..<scanner.position)) }
      return true
    }
    guard found.count < 2 else { throw .unverified("the body has \(found.count) members \(name)") }
    return found.first
  }

  /// The elements of an array; nil if this is none.
  var elements: [JSONElement]? {
    guard isArray else { return nil }
    var found: [JSONElement] = []
    var scanner = JSONScanner(bytes, at: range.lowerBound)
    _ = scanner.skipArray { scanner in
      let start = scanner.position
      guard scanner.skipValue(depth: JSONText.depth) else { return false }
      found.append(JSONElement(bytes: bytes, range: start..<scanner.position))
      return true
    }
    return found
  }

  /// What a string says, in UTF-8; nil if this is none, or half of a surrogate pair is in it.
  var string: [UInt8]? {
    guard first == UInt8(ascii: "\"") else { return nil }
    let inside = bytes[range].dropFirst().dropLast()
    return inside.contains(UInt8(ascii: "\\")) ? Self.unescape(inside) : Array(inside)
  }

  /// What a string says, or a number or boolean as it is written; nil for the rest.
  var text: [UInt8]? {
    isObject || isArray || isNull ? nil : string ?? (first == 0x22 ? nil : Array(raw))
  }

  private static func unescape(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var units: [UInt16] = []
    var bytes: [UInt8] = []
    var rest = text
    let plain: [UInt8: UInt8] = [0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9]
    while let byte = rest.popFirst() {
      let escaped = byte == UInt8(ascii: "\\") ? rest.popFirst() : nil
      if escaped == UInt8(ascii: "u"), let unit = Hex.decode(rest.prefix(4)) {
        units.append(UInt16(unit[0]) << 8 | UInt16(unit[1]))
        rest = rest.dropFirst(4)
        continue
      }
      guard flush(&units, into: &bytes) else { return nil }
      bytes.append(escaped.map { plain[$0] ?? $0 } ?? byte)
    }
    return flush(&units, into: &bytes) ? bytes : nil
  }

  /// Writes the UTF-16 units of adjoining escapes as UTF-8.
  private static func flush(_ units: inout [UInt16], into bytes: inout [UInt8]) -> Bool {
    guard let text = String(validating: units, as: UTF16.self) else { return false }
    bytes += text.utf8
    units = []
    return true
  }
}
