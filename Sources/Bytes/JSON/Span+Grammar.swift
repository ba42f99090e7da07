/// The productions of RFC 8259: each function returns the end of the production that begins at an
/// offset, or nil if it doesn't stand there.
///
/// With `isPortable`, text that only some parsers read is refused as well (`JSONText.isPortable`).
extension Span<UInt8> {
  @inline(__always)
  func endOfWhiteSpace(from start: Int) -> Int {
    var position = start
    while position < count {
      switch self[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return position
      }
    }
    return position
  }

  /// Reads a member's name, its colon and the white space around the colon; returns where the value
  /// begins.
  @inline(__always)
  func endOfName(from start: Int, isPortable: Bool = false) -> Int? {
    guard start < count, self[start] == .quote,
      let name = endOfString(from: start, isPortable: isPortable)
    else { return nil }
    let position = endOfWhiteSpace(from: name)
    guard position < count, self[position] == .colon else { return nil }
    return endOfWhiteSpace(from: position + 1)
  }

  /// Reads a string, a number or one of the three words; `start` is within the bytes.
  @inline(__always)
  func endOfScalar(from start: Int, isPortable: Bool) -> Int? {
    switch self[start] {
    case .quote: endOfString(from: start, isPortable: isPortable)
    case UInt8(ascii: "t"): endOf("true", from: start)
    case UInt8(ascii: "f"): endOf("false", from: start)
    case UInt8(ascii: "n"): endOf("null", from: start)
    default: endOfNumber(from: start, isPortable: isPortable)
    }
  }

  /// Reads a string whose opening quote is at `start`.
  func endOfString(from start: Int, isPortable: Bool) -> Int? {
    var position = start + 1
    while true {
      position = endOfPlainASCII(from: position)
      guard position < count else { return nil }
      switch self[position] {
      case .quote: return position + 1
      case .backslash:
        guard let end = endOfEscape(from: position, isPortable: isPortable) else { return nil }
        position = end
      case 0x80...:
        guard let end = endOfSequences(from: position) else { return nil }
        position = end
      default: return nil
      }
    }
  }

  /// Reads an escape whose backslash is at `start`.
  private func endOfEscape(from start: Int, isPortable: Bool) -> Int? {
    guard start + 1 < count else { return nil }
    switch self[start + 1] {
    case .quote, .backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "u"):
      guard let unit = unit(at: start) else { return nil }
      guard isPortable, 0xD800..<0xE000 ~= unit else { return start + 6 }
      return isPair(at: start) ? start + 12 : nil
    default:
      return nil
    }
  }

  @inline(__always)
  private func endOfNumber(from start: Int, isPortable: Bool) -> Int? {
    var position = start
    var hasExponent = false
    if self[position] == UInt8(ascii: "-") { position += 1 }
    guard let integer = endOfDigits(from: position) else { return nil }
    if self[position] == UInt8(ascii: "0"), integer > position + 1 { return nil }
    position = integer
    if position < count, self[position] == UInt8(ascii: ".") {
      guard let fraction = endOfDigits(from: position + 1) else { return nil }
      position = fraction
    }
    if position < count, self[position] | 0x20 == UInt8(ascii: "e") {
      hasExponent = true
      position += 1
      if position < count,
        self[position] == UInt8(ascii: "+") || self[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      guard let exponent = endOfDigits(from: position) else { return nil }
      position = exponent
    }
    // Without an exponent, a number of 300 characters is less than 1e300, which a double holds.
    guard isPortable, hasExponent || position - start > 300 else { return position }
    return isPortableNumber(start..<position) ? position : nil
  }

  /// Whether a number has at most 1,000 digits and is within the range of a double.
  private func isPortableNumber(_ range: Range<Int>) -> Bool {
    // At most four other characters stand beside the digits: a sign, a point, `e` and its sign.
    guard range.count <= 1_004 else { return false }
    var text: [UInt8] = []
    for position in range { text.append(self[position]) }
    return text.count(where: \.isDigit) <= 1_000
      && Double(String(decoding: text, as: UTF8.self)).map(\.isFinite) ?? false
  }

  /// Reads one digit or more.
  @inline(__always)
  private func endOfDigits(from start: Int) -> Int? {
    var position = start
    while position < count, self[position].isDigit { position += 1 }
    return position > start ? position : nil
  }

  private func endOf(_ word: StaticString, from start: Int) -> Int? {
    let end = start + word.utf8CodeUnitCount
    guard end <= count else { return nil }
    for offset in 0..<word.utf8CodeUnitCount where self[start + offset] != word.utf8Start[offset] {
      return nil
    }
    return end
  }
}
