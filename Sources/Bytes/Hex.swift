/// Hexadecimal digits, both ways.
///
/// Public and inlinable, since a generic call over the module's border goes through witness tables:
/// every delivery decodes a signature and writes a hash. The compiler inlines no function of the
/// package in other modules.
public enum Hex {
  /// The case that letters among the digits may have.
  public enum Letters { case lower, upper, either }

  /// Returns the bytes that the digits stand for; nil for an odd number of digits, or a byte that
  /// isn't a digit.
  @inlinable public static func decode(
    _ digits: some Collection<UInt8>, _ letters: Letters = .either
  )
    -> [UInt8]?
  {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for digit in digits {
      guard let nibble = value(digit, letters) else { return nil }
      if let first = high { bytes.append(first << 4 | nibble) }
      high = high == nil ? nibble : nil
    }
    return bytes
  }

  /// Returns two digits for each byte, in lower case.
  @inlinable public static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.flatMap { byte in
      let (high, low) = byte.hexadecimalDigits
      return [high, low]
    }
  }

  /// Returns the four bits that a digit stands for; nil if the byte isn't a digit.
  @inlinable public static func value(_ digit: UInt8, _ letters: Letters = .either) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f") where letters != .upper: digit - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F") where letters != .lower: digit - 0x41 + 10
    default: nil
    }
  }
}

extension UInt8 {
  /// The two digits of the byte, in lower case, the higher one first.
  @inlinable public var hexadecimalDigits: (UInt8, UInt8) {
    ((self >> 4).digit, (self & 15).digit)
  }

  /// The digit of a number below 16, in lower case.
  @inlinable public var digit: UInt8 {
    self < 10 ? self + UInt8(ascii: "0") : self - 10 + UInt8(ascii: "a")
  }
}
