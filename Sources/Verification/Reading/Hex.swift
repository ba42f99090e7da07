/// Hexadecimal digits, both ways.
enum Hex {
  /// Which case the digits may have.
  enum Letters { case lower, upper, either }

  /// The bytes that an even number of digits stand for; nil for anything else.
  static func decode(_ digits: some Collection<UInt8>, _ letters: Letters = .either) -> [UInt8]? {
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

  /// Lower-case digits.
  static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// The four bits that a digit stands for.
  static func value(_ digit: UInt8, _ letters: Letters = .either) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f") where letters != .upper: digit - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F") where letters != .lower: digit - 0x41 + 10
    default: nil
    }
  }
}
