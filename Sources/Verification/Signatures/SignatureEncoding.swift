/// How the bytes of a signature are written.
public enum SignatureEncoding: String, Sendable, CaseIterable {
  /// Hexadecimal, lower case: what senders write, to the letter.
  case hex
  /// Hexadecimal, upper case.
  case upperHex = "HEX"
  /// Hexadecimal, either case.
  case anyHex = "any_hex"
  /// Base64 with padding.
  case base64
  /// The alphabet of URLs, with padding or without.
  case base64url

  /// The signature's bytes; nil if it isn't written so.
  func decode(_ text: [UInt8]) -> [UInt8]? {
    switch self {
    case .hex: Hex.decode(text, .lower)
    case .upperHex: Hex.decode(text, .upper)
    case .anyHex: Hex.decode(text, .either)
    case .base64: Base64.decode(text)
    case .base64url: Base64.decode(text, .url, padding: .optional)
    }
  }
}
