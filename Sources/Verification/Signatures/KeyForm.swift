import Bytes
import FoundationEssentials

/// The way from the secret that a sender shows its users to the bytes of the key.
public enum KeyForm: Sendable, Equatable {
  /// The secret's bytes themselves.
  case text
  /// Hexadecimal digits, in either case.
  case hex
  /// Base64, with or without padding, in either alphabet.
  case base64
  /// Standard Webhooks: base64, with or without `whsec_` before it.
  case whsec
  /// Standard Webhooks with `whsec_` required.
  case prefixedWhsec
  /// The secret with this text appended.
  case suffixed(String)
  /// The secret in Unicode's normalisation form NFKD.
  case nfkd

  /// Returns the key; nil if the secret isn't of this form, or the key would be empty.
  func key(of secret: [UInt8]) -> [UInt8]? {
    guard !secret.isEmpty else { return nil }
    let key: [UInt8]? =
      switch self {
      case .text: secret
      case .hex: Hex.decode(secret)
      case .base64: Self.decode(secret)
      case .whsec: Self.decode(secret.after("whsec_") ?? secret)
      case .prefixedWhsec: secret.after("whsec_").flatMap(Self.decode)
      case .suffixed(let suffix): secret + suffix.utf8
      case .nfkd: Normalization.nfkd(secret)
      }
    return key?.isEmpty == true ? nil : key
  }

  /// Decodes base64 and ignores unused bits after the last byte, as the senders' own libraries do.
  private static func decode(_ text: [UInt8]) -> [UInt8]? {
    Base64.decode(text, .either, padding: .optional, isCanonical: false)
  }
}
