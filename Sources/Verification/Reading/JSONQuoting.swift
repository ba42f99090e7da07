import Bytes

/// Writes JSON of texts that may not be UTF-8.
enum JSONQuoting {
  /// Returns a text with its quotes (RFC 8259, 7), or nil if the bytes aren't UTF-8.
  static func quote(_ text: [UInt8]) -> [UInt8]? {
    guard String(validating: text, as: UTF8.self) != nil else { return nil }
    var quoted: [UInt8] = []
    JSONText.appendQuoted(text, to: &quoted)
    return quoted
  }

  /// Returns an object of texts, its members in this order, or nil if a text isn't UTF-8.
  static func object(_ members: [(name: String, text: [UInt8])]) -> [UInt8]? {
    var object: [UInt8] = []
    for member in members {
      guard let name = quote(Array(member.name.utf8)), let text = quote(member.text) else {
        return nil
      }
      object.append(UInt8(ascii: object.isEmpty ? "{" : ","))
      object += name + [UInt8(ascii: ":")] + text
    }
    return (object.isEmpty ? [UInt8(ascii: "{")] : object) + [UInt8(ascii: "}")]
  }
}
