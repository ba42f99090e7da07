/// A set of bytes.
struct ByteSet: Sendable, Equatable {
  private var words: SIMD4<UInt64> = .zero

  init() {}
  init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { insert(byte) }
  }

  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
  mutating func formUnion(_ other: ByteSet) { words |= other.words }
  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] & 1 << UInt64(byte & 63) != 0 }
  var inverted: ByteSet { ByteSet((0...255).filter { !contains($0) }) }

  /// The set with both cases of each ASCII letter that it contains.
  var inEitherCase: ByteSet {
    var set = self
    for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
      guard contains(letter) || contains(letter & 0xDF) else { continue }
      set.formUnion(ByteSet([letter, letter & 0xDF]))
    }
    return set
  }

  static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
  static let blanks = ByteSet(" \t\n\r\u{0B}\u{0C}".utf8)
  static let words = ByteSet(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_".utf8)

  /// Returns the set that a letter after a backslash stands for, as in `\d` or `\w`; nil for other
  /// letters.
  static func named(_ letter: UInt8) -> ByteSet? {
    switch letter {
    case UInt8(ascii: "d"): digits
    case UInt8(ascii: "D"): digits.inverted
    case UInt8(ascii: "w"): words
    case UInt8(ascii: "W"): words.inverted
    case UInt8(ascii: "s"): blanks
    case UInt8(ascii: "S"): blanks.inverted
    case UInt8(ascii: "n"): ByteSet([0x0A])
    case UInt8(ascii: "r"): ByteSet([0x0D])
    case UInt8(ascii: "t"): ByteSet([0x09])
    default: nil
    }
  }
}
