/// Finds values in a text that is known to be valid JSON. In other text, each of these functions
/// still returns.
extension Span<UInt8> {
  /// Returns the end of the value that begins at an offset. White space, a comma, the container's
  /// closing bracket or nothing follows.
  func endOfValue(from start: Int) -> Int {
    var position = start
    var depth = 0
    while position < count {
      switch self[position] {
      case .openingBrace, .openingBracket:
        depth += 1
        position += 1
      case .closingBrace, .closingBracket:
        guard depth > 0 else { return position }
        depth -= 1
        position += 1
      case .quote:
        position = endOfTrustedString(from: position)
      case .comma, 0x20, 0x0A, 0x0D, 0x09:
        guard depth > 0 else { return position }
        position += 1
      default:
        position += 1
      }
    }
    return count
  }

  /// Returns the end of a string whose opening quote is at `start`.
  func endOfTrustedString(from start: Int) -> Int {
    var position = firstQuoteOrBackslash(from: start + 1)
    while position < count, self[position] == .backslash {
      position = firstQuoteOrBackslash(from: position + 2)
    }
    return position + 1
  }

  /// Appends the text of the string that begins a range, with escapes decoded. Half of a surrogate
  /// pair becomes U+FFFD.
  ///
  /// - Returns: whether the string contained no such half.
  @discardableResult
  func decodeString(_ range: Range<Int>, to text: inout [UInt8]) -> Bool {
    var isWhole = true
    var position = range.lowerBound + 1
    while position < range.upperBound {
      let run = firstQuoteOrBackslash(from: position)
      append(position..<run, to: &text)
      guard run + 1 < range.upperBound, self[run] == .backslash else { return isWhole }
      position = run + 2
      switch self[run + 1] {
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"): position = decodeUnicode(from: run, to: &text, &isWhole)
      case let byte: text.append(byte)
      }
    }
    return isWhole
  }

  private func append(_ range: Range<Int>, to text: inout [UInt8]) {
    withUnsafeBufferPointer {
      text.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range]))
    }
  }

  /// Appends the character that an escape `\u0000`, or a surrogate pair of two of them, stands for;
  /// returns where the escape ends.
  private func decodeUnicode(
    from start: Int, to text: inout [UInt8], _ isWhole: inout Bool
  ) -> Int {
    var end = start + 6
    var code = unit(at: start) ?? 0xFFFD
    if isPair(at: start), let low = unit(at: end) {
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      end += 6
    }
    let scalar = Unicode.Scalar(code)
    isWhole = isWhole && scalar != nil
    if let units = UTF8.encode(scalar ?? "\u{FFFD}") { text.append(contentsOf: units) }
    return end
  }

  /// Whether two escapes `\u0000` at an offset are a surrogate pair, the high half first.
  func isPair(at start: Int) -> Bool {
    guard let high = unit(at: start), 0xD800..<0xDC00 ~= high, let low = unit(at: start + 6) else {
      return false
    }
    return 0xDC00..<0xE000 ~= low
  }

  /// Returns the UTF-16 unit of an escape `\u0000` at an offset; nil if another byte sequence
  /// stands there.
  func unit(at start: Int) -> UInt32? {
    guard start + 6 <= count, self[start] == .backslash, self[start + 1] == UInt8(ascii: "u") else {
      return nil
    }
    var unit: UInt32 = 0
    for offset in 2..<6 {
      guard let digit = Hex.value(self[start + offset]) else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
