import Bytes

/// The encoding of a signature's bytes as text.
public enum SignatureEncoding: String, Sendable, CaseIterable {
  /// Hexadecimal, lower case: what senders write. Upper case isn't accepted.
  case hex
  /// Hexadecimal, upper case.
  case upperHex = "HEX"
  /// Hexadecimal, either case.
  case anyHex = "any_hex"
  /// Base64 with padding.
  case base64
  /// Base64 in the URL alphabet, with or without padding.
  case base64url

  /// Returns the signature's bytes; nil if the text isn't in this encoding.
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
