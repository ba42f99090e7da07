/// The id of a distributed trace: 128 bits, which are never all 0 (W3C Trace Context, level 1,
/// section 3.2.2.3).
public struct TraceID: Sendable, Hashable {
  let high: UInt64
  let low: UInt64

  /// Makes an id; nil for 0.
  init?(high: UInt64, low: UInt64) {
    guard high | low != 0 else { return nil }
    (self.high, self.low) = (high, low)
  }

  /// Makes an id of random numbers; 1 in place of 0.
  init(random numbers: (UInt64, UInt64)) {
    (high, low) = (numbers.0, numbers.0 == 0 ? max(1, numbers.1) : numbers.1)
  }

  /// Reads 32 hexadecimal digits in lower case; nil for anything else, and for 0.
  public init?(_ text: String) {
    let digits = text.utf8
    guard digits.count == 32, let high = UInt64(lowerHex: digits.prefix(16)),
      let low = UInt64(lowerHex: digits.dropFirst(16))
    else { return nil }
    self.init(high: high, low: low)
  }

  /// Reads what `bytes` has; nil for anything else.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    let number = { (half: ArraySlice<UInt8>) in half.reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(high: number(bytes[..<8]), low: number(bytes[8...]))
  }

  /// The 16 bytes of the id.
  package var bytes: [UInt8] {
    [high, low].flatMap { half in
      (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) }
    }
  }
}

extension TraceID: CustomStringConvertible {
  /// The 32 hexadecimal digits of the id, in lower case.
  public var description: String { high.lowerHex + low.lowerHex }
}

extension UInt64 {
  /// Reads hexadecimal digits in lower case, at most 16; nil for any other byte.
  init?(lowerHex digits: some Collection<UInt8>) {
    var number: UInt64 = 0
    for digit in digits {
      guard let value = Hex.value(digit, .lower) else { return nil }
      number = number << 4 | UInt64(value)
    }
    self = number
  }

  /// The 16 hexadecimal digits, in lower case.
  var lowerHex: String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { text in
      writeLowerHex(16, to: text, at: 0)
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// Writes the last digits of the number.
  func writeLowerHex(
    _ count: Int, to text: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) {
    for index in 0..<count {
      let shift = UInt64(4 * (count - 1 - index))
      text.initializeElement(at: start + index, to: UInt8(self >> shift & 15).digit)
    }
  }
}
