/// Text as UTF-8 bytes.
public enum UTF8Text {
  /// Whether the bytes are UTF-8, strictly by RFC 3629: nothing overlong, no surrogates, nothing
  /// over U+10FFFF.
  public static func isValid(_ bytes: [UInt8]) -> Bool { isValid(bytes.span) }

  /// Whether these bytes, which may be a part of others, are UTF-8. They aren't copied.
  public static func isValid(_ bytes: Span<UInt8>) -> Bool { firstInvalid(in: bytes) == nil }

  /// Returns an offset shortly before the first error in the UTF-8; nil if all bytes are UTF-8.
  ///
  /// Between the offset and the error stand only sequences of two to four bytes.
  public static func firstInvalid(in bytes: Span<UInt8>) -> Int? {
    var position = bytes.endOfASCII(from: 0)
    while position < bytes.count {
      guard let end = bytes.endOfSequences(from: position) else { return position }
      position = bytes.endOfASCII(from: end)
    }
    return nil
  }

  /// Returns bytes of a sender, such as a header's value, as UTF-8.
  ///
  /// Bytes that are UTF-8 are returned as they are. Others are read as ISO-8859-1, which was HTTP's
  /// encoding once (RFC 2616, section 2.2).
  public static func readingLatin1IfInvalid(_ bytes: [UInt8]) -> [UInt8] {
    guard !isValid(bytes) else { return bytes }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      if byte < 0x80 {
        text.append(byte)
      } else {
        text.append(0xC0 | byte >> 6)
        text.append(0x80 | byte & 0x3F)
      }
    }
    return text
  }
}

extension Span<UInt8> {
  /// Returns the end of a run of sequences of two to four bytes that begins at `start`; nil
  /// if one of them isn't UTF-8.
  @inline(__always)
  func endOfSequences(from start: Int) -> Int? {
    var position = start
    repeat {
      guard let end = endOfSequence(from: position) else { return nil }
      position = end
    } while position < count && self[position] >= 0x80
    return position
  }

  /// Returns the end of one sequence of two to four bytes, by table 3-7 of the Unicode standard.
  @inline(__always)
  private func endOfSequence(from start: Int) -> Int? {
    let length: Int
    let second: ClosedRange<UInt8>
    switch self[start] {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard start + length <= count, second.contains(self[start + 1]) else { return nil }
    for offset in 2..<length where self[start + offset] & 0xC0 != 0x80 { return nil }
    return start + length
  }
}
