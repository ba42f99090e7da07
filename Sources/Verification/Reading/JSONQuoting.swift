/// Writes JSON for answers.
enum JSONQuoting {
  /// A text with its quotes (RFC 8259, 7); nil if the bytes are not UTF-8.
  static func quote(_ text: [UInt8]) -> [UInt8]? {
    guard String(validating: text, as: UTF8.self) != nil else { return nil }
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
      case 0..<0x20, 0x7F: quoted += Array("\\u00".utf8) + Hex.encode([byte])
      default: quoted.append(byte)
      }
    }
    return quoted + [UInt8(ascii: "\"")]
  }

  /// An object of texts, its members in this order; nil if one is not UTF-8.
  static func object(_ members: [(name: String, text: [UInt8])]) -> [UInt8]? {
    var parts: [[UInt8]] = []
    for member in members {
      guard let name = quote(Array(member.name.utf8)), let text = quote(member.text) else {
        return nil
      }
      parts.append(name + [UInt8(ascii: ":")] + text)
    }
    return Array("{".utf8) + parts.joined(separator: [UInt8(ascii: ",")]) + Array("}".utf8)
  }
}
