extension JSONText {
  /// Appends text as a JSON string, quotes included. A reader of JSON decodes exactly these bytes
  /// from the string.
  ///
  /// `"`, `\`, bytes below 0x20 and 0x7f are escaped; all others stand as they are.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8. Other bytes make an invalid JSON string.
  ///   - output: takes the string at its end.
  public static func appendQuoted(_ text: [UInt8], to output: inout [UInt8]) {
    text.withUnsafeBufferPointer { appendQuoted($0, to: &output) }
  }

  /// Appends a string as a JSON string, quotes included.
  public static func appendQuoted(_ text: String, to output: inout [UInt8]) {
    var text = text
    text.withUTF8 { appendQuoted($0, to: &output) }
  }

  private static func appendQuoted(
    _ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) {
    // Usually nothing needs an escape and there is room: then the bytes needn't be counted first.
    if output.capacity - output.count < text.count + 2 {
      output.reserveCapacity(output.count + quotedCount(of: text.span))
    }
    output.append(.quote)
    var position = 0
    while position < text.count {
      let run = text.span.endOfUnescaped(from: position)
      output.append(contentsOf: UnsafeBufferPointer(rebasing: text[position..<run]))
      guard run < text.count else { break }
      appendEscape(of: text[run], to: &output)
      position = run + 1
    }
    output.append(.quote)
  }

  /// Appends bytes of a sender that aren't promised to be UTF-8, such as a header's value. The JSON
  /// string is always valid.
  ///
  /// Bytes that aren't UTF-8 are read as ISO-8859-1, which was HTTP's encoding once.
  public static func appendQuoted(fromSender bytes: [UInt8], to output: inout [UInt8]) {
    appendQuoted(UTF8Text.readingLatin1IfInvalid(bytes), to: &output)
  }

  /// Returns how many bytes text takes as a JSON string, quotes included: at least 2 more than the
  /// text has, at most 2 more than 6 times as many.
  public static func quotedCount(of text: [UInt8]) -> Int { quotedCount(of: text.span) }

  static func quotedCount(of text: Span<UInt8>) -> Int {
    var count = text.count + 2
    for index in text.indices { count += Int(addedByEscape[Int(text[index])]) }
    return count
  }

  /// How many bytes the escape of each byte takes beyond the byte itself.
  private static let addedByEscape: [UInt8] = (UInt8.min...UInt8.max).map { byte in
    var escape: [UInt8] = []
    guard byte < 0x20 || byte == 0x7F || byte == .quote || byte == .backslash else {
      return 0
    }
    appendEscape(of: byte, to: &escape)
    return UInt8(escape.count - 1)
  }

  private static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
    output.append(.backslash)
    switch byte {
    case .quote, .backslash: output.append(byte)
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    default:
      output.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
      for digit in [byte >> 4, byte & 15] {
        output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
  }
}
