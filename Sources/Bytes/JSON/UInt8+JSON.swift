/// The bytes that have a meaning in JSON.
extension UInt8 {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let openingBrace = UInt8(ascii: "{")
  static let closingBrace = UInt8(ascii: "}")
  static let openingBracket = UInt8(ascii: "[")
  static let closingBracket = UInt8(ascii: "]")

  /// The byte that closes the array or object that this byte opens; nil for any other byte.
  @inline(__always)
  var closer: UInt8? {
    switch self {
    case .openingBrace: .closingBrace
    case .openingBracket: .closingBracket
    default: nil
    }
  }

  @inline(__always)
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}
