/// Text of a sender's, as it may stand in a log and on a terminal: what ends a line, moves a cursor or
/// reorders text is escaped.
public enum SafeText {
  /// Appends text with what is unsafe in it as `\u001b`.
  ///
  /// - Parameters:
  ///   - isJSON: whether it stands within a JSON string: quotes and backslashes are escaped, too.
  ///   - limit: how many scalars it keeps; what is longer is cut, and says so.
  ///   - keepsLines: whether line feeds and tabs stay.
  public static func append(
    _ text: String, to output: inout [UInt8], isJSON: Bool = false,
    limit: Int = LogRecord.longestText, keepsLines: Bool = false
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

  /// The same as text.
  public static func text(
    _ text: String, limit: Int = LogRecord.longestText, keepsLines: Bool = false
  ) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes, limit: limit, keepsLines: keepsLines)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends text as it stands, if nothing in it has to be escaped or cut: nearly all is like that.
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

  /// What a terminal or an editor acts upon: control characters of C0 and C1, line separators, and
  /// the format characters that reorder text; and what is no character at all.
  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
