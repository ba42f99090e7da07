/// Text as UTF-8 bytes.
public enum UTF8Text {
  /// Whether the bytes are UTF-8, strictly by RFC 3629: nothing overlong, no surrogates, nothing over U+10FFFF.
  public static func isValid(_ bytes: [UInt8]) -> Bool { isValid(bytes.span) }

  /// The same for a part of some bytes, without a copy of it.
  public static func isValid(_ bytes: Span<UInt8>) -> Bool { firstInvalid(in: bytes) == nil }

  /// An offset behind which the bytes are no UTF-8, with nothing but sequences of two to four bytes
  /// between it and what is wrong; nil where all of them are UTF-8.
  public static func firstInvalid(in bytes: Span<UInt8>) -> Int? {
    var position = bytes.endOfASCII(from: 0)
    while position < bytes.count {
      guard let end = bytes.endOfSequences(from: position) else { return position }
      position = bytes.endOfASCII(from: end)
    }
    return nil
  }

  /// What a sender wrote where nothing promises UTF-8, a header's value: the bytes themselves if
  /// they are UTF-8, and read as ISO-8859-1 if not, since that is what HTTP once said they were
  /// (RFC 2616, section 2.2).
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
  /// The end of the sequences of two to four bytes from an offset on, where one has to begin; nil if one is not UTF-8.
  @inline(__always)
  func endOfSequences(from start: Int) -> Int? {
    var position = start
    repeat {
      guard let end = endOfSequence(from: position) else { return nil }
      position = end
    } while position < count && self[position] >= 0x80
    return position
  }

  /// The end of one sequence of two to four bytes, by table 3-7 of the Unicode standard.
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
