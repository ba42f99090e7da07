/// Text from a sender, made safe for a log, a terminal and a page: characters that end a line, move
/// a cursor or reorder text are escaped.
public enum SafeText {
  /// The most Unicode scalars that are kept of a text in a field of the log.
  public static let longest = 1024

  /// Appends a text with its unsafe characters escaped as `\u001b`.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - output: the bytes that the text is appended to, in UTF-8.
  ///   - isJSON: whether the text stands within a JSON string. Quotes and backslashes are escaped
  ///     then.
  ///   - limit: the most Unicode scalars that are kept. A longer text is cut, with a mark.
  ///   - keepsLines: whether line feeds and tabs stay.
  public static func append(
    _ text: String, to output: inout [UInt8], isJSON: Bool = false,
    limit: Int = SafeText.longest, keepsLines: Bool = false
  ) {
    if appendPlain(text, to: &output, isJSON: isJSON, limit: limit) { return }
    var left = limit
    for scalar in text.unicodeScalars {
      if left == 0 {
        output += "… (cut)".utf8
        return
      }
      left -= 1
      switch scalar.value {
      case 0x22 where isJSON, 0x5c where isJSON:
        output.append(UInt8(ascii: "\\"))
        output.append(UInt8(scalar.value))
      case 0x20..<0x7f: output.append(UInt8(scalar.value))
      case 0x09 where keepsLines, 0x0a where keepsLines: output.append(UInt8(scalar.value))
      case _ where isUnsafe(scalar):
        for unit in UTF16.encode(scalar)! { appendEscape(of: unit, to: &output) }
      default: output += UTF8.encode(scalar)!
      }
    }
  }

  /// Returns the safe text as a string.
  public static func text(
    _ text: String, limit: Int = SafeText.longest, keepsLines: Bool = false
  ) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes, limit: limit, keepsLines: keepsLines)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends a text as it is and returns true, unless something has to be escaped or cut. Nearly
  /// every text is plain.
  private static func appendPlain(
    _ text: String, to output: inout [UInt8], isJSON: Bool, limit: Int
  ) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count <= limit else { return false }
      for byte in bytes {
        guard 0x20..<0x7f ~= byte, !isJSON || byte != 0x22 && byte != 0x5c else { return false }
      }
      output.append(contentsOf: bytes)
      return true
    }
  }

  private static func appendEscape(of unit: UInt16, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\\"))
    output.append(UInt8(ascii: "u"))
    for shift in [12, 8, 4, 0] {
      let digit = UInt8(unit >> shift & 15)
      output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Whether a terminal or a browser acts upon the character: control characters of C0 and C1, line
  /// separators, and the format characters that reorder text.
  package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
