/// Runs of bytes of one kind, found eight bytes at a time.
extension Span<UInt8> {
  /// Returns the offset of the first byte from `start` on that isn't ASCII, or the end.
  @inline(__always)
  func endOfASCII(from start: Int) -> Int {
    firstMarked(from: start) { $0 }
  }

  /// Returns the offset of the first byte from `start` on that isn't a plain ASCII character of a
  /// string: a quote, a backslash, a control character below 0x20, or a byte of a longer sequence;
  /// or the end.
  @inline(__always)
  func endOfPlainASCII(from start: Int) -> Int {
    firstMarked(from: start) {
      $0 | $0.marking(.quote) | $0.marking(.backslash) | $0.markingControls
    }
  }

  /// Returns the offset of the first quote or backslash from `start` on, or the end.
  @inline(__always)
  func firstQuoteOrBackslash(from start: Int) -> Int {
    firstMarked(from: start) { $0.marking(.quote) | $0.marking(.backslash) }
  }

  /// Returns the offset of the first byte from `start` on that `JSONText.appendQuoted` escapes, or
  /// the end.
  @inline(__always)
  func endOfUnescaped(from start: Int) -> Int {
    firstMarked(from: start) {
      $0.marking(.quote) | $0.marking(.backslash) | $0.markingControls | $0.marking(0x7F)
    }
  }

  /// Looks for the first byte that `marks` marks, eight bytes at a time.
  ///
  /// - Parameters:
  ///   - start: the offset to look from.
  ///   - marks: sets high bits; the lowest high bit that is set belongs to the byte looked for.
  /// - Returns: the byte's offset, or the end.
  @inline(__always)
  private func firstMarked(from start: Int, marks: (UInt64) -> UInt64) -> Int {
    var position = start
    while position <= count - 8 {
      // The load is "unsafe" only because a type may not allow all bit patterns; its range is
      // checked.
      let word = bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
      let found = marks(UInt64(littleEndian: word)) & .highBits
      if found != 0 { return position + found.trailingZeroBitCount / 8 }
      position += 8
    }
    var rest: UInt64 = 0
    for offset in 0..<max(0, count - position) {
      rest |= UInt64(self[position + offset]) << UInt64(offset * 8)
    }
    return Swift.min(count, position + (marks(rest) & .highBits).trailingZeroBitCount / 8)
  }
}

/// Each function marks bytes by their high bit.
///
/// A borrow may mark bytes above a rightly marked one wrongly, so that only the lowest mark counts.
extension UInt64 {
  @inline(__always)
  fileprivate static var highBits: UInt64 { 0x8080_8080_8080_8080 }

  @inline(__always)
  fileprivate func marking(_ byte: UInt8) -> UInt64 {
    let difference = self ^ (0x0101_0101_0101_0101 &* UInt64(byte))
    return (difference &- 0x0101_0101_0101_0101) & ~difference
  }

  /// Marks the bytes below 0x20.
  @inline(__always)
  fileprivate var markingControls: UInt64 { (self &- 0x2020_2020_2020_2020) & ~self }
}
