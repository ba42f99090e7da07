/// The parameters after a header's value: `form-data; name="a"`. Names match in any case. In
/// quotes, a backslash escapes a quote or a backslash.
package struct HeaderParameters {
  /// The text before the first semicolon, in lower case, without blanks around it.
  package let value: String
  private let parameters: [(name: String, value: [UInt8])]

  package init(_ header: [UInt8]) {
    var parts: [[UInt8]] = [[]]
    var isQuoted = false
    var isEscaped = false
    for byte in header {
      if byte == UInt8(ascii: ";"), !isQuoted {
        parts.append([])
        continue
      }
      if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
      isEscaped = isQuoted && byte == UInt8(ascii: "\\") && !isEscaped
      parts[parts.count - 1].append(byte)
    }
    value = String(decoding: parts[0], as: UTF8.self).trimmed.lowercased()
    parameters = parts.dropFirst().compactMap { part in
      let halves = part.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2 else { return nil }
      let name = String(decoding: halves[0], as: UTF8.self).trimmed.lowercased()
      return (name, Self.unquoted(halves[1]))
    }
  }

  /// Returns a parameter without its quotes; nil if it is missing. `name` is in lower case.
  package func value(of name: String) -> [UInt8]? { parameters.first { $0.name == name }?.value }

  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let text = Array(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    let quote = UInt8(ascii: "\"")
    guard text.count > 1, text.first == quote, text.last == quote else { return text }
    var bytes: [UInt8] = []
    var rest = text.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      // Browsers don't escape the backslashes in the path of a Windows file.
      let isEscape =
        byte == UInt8(ascii: "\\") && (rest.first == quote || rest.first == byte)
      bytes.append(isEscape ? rest.popFirst() ?? byte : byte)
    }
    return bytes
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
