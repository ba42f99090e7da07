/// What is known of values once a text is known to be valid. In one that is not, each of these ends somewhere.
extension Span<UInt8> {
  /// The end of the value that begins at an offset: what follows it is white space, a comma, what
  /// closes its container, or nothing.
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

  /// The end of a string whose opening quote is at `start`.
  func endOfTrustedString(from start: Int) -> Int {
    var position = firstQuoteOrBackslash(from: start + 1)
    while position < count, self[position] == .backslash {
      position = firstQuoteOrBackslash(from: position + 2)
    }
    return position + 1
  }

  /// Appends what the string that begins a range says, escapes decoded; halves of surrogate pairs become U+FFFD.
  ///
  /// - Returns: whether there were no such halves.
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

  /// Appends what `\u0000`, alone or two of them as a pair, stands for; returns where it ends.
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

  /// Whether two escapes `\u0000` at an offset are the halves of a surrogate pair, in their order.
  func isPair(at start: Int) -> Bool {
    guard let high = unit(at: start), 0xD800..<0xDC00 ~= high, let low = unit(at: start + 6) else {
      return false
    }
    return 0xDC00..<0xE000 ~= low
  }

  /// The UTF-16 unit of an escape `\u0000` at an offset, if one stands there.
  func unit(at start: Int) -> UInt32? {
    guard start + 6 <= count, self[start] == .backslash, self[start + 1] == UInt8(ascii: "u") else {
      return nil
    }
    var unit: UInt32 = 0
    for offset in 2..<6 {
      guard let digit = self[start + offset].hexDigit else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
