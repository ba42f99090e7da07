import Bytes
import Crypto
import CryptoExtras
import Foundation

@testable import Verification

/// Keys of a made-up sender, for signatures that the presets verify.
enum SigningKeys {
  static let ed25519 = Curve25519.Signing.PrivateKey()
  static let p256 = P256.Signing.PrivateKey()
  static let rsa = try? _RSA.Signing.PrivateKey(keySize: .bits2048)

  /// Returns the public key for an algorithm.
  static func publicKey(_ algorithm: SigningAlgorithm) throws -> PublicKey {
    switch algorithm {
    case .ed25519:
      try PublicKey(
        String(decoding: Hex.encode(ed25519.publicKey.rawRepresentation), as: UTF8.self))
    case .ecdsaP256: try PublicKey(p256.publicKey.pemRepresentation)
    default: try PublicKey(rsa?.publicKey.pemRepresentation ?? "")
    }
  }

  /// Signs a message as the sender would.
  static func sign(
    _ message: [UInt8], _ algorithm: SigningAlgorithm, key: [UInt8]
  ) throws -> [UInt8] {
    switch algorithm {
    case .hmac, .hash: return algorithm.expected(message, key: key) ?? []
    case .ed25519: return Array(try ed25519.signature(for: message))
    case .ecdsaP256(.sha1, _):
      return Array(
        try p256.signature(for: Insecure.SHA1.hash(data: message)).derRepresentation)
    case .ecdsaP256: return Array(try p256.signature(for: message).derRepresentation)
    case .rsaPKCS1(.sha1):
      let digest = Insecure.SHA1.hash(data: message)
      return Array(
        try rsa?.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation ?? Data())
    case .rsaPKCS1:
      return Array(
        try rsa?.signature(for: message, padding: .insecurePKCS1v1_5).rawRepresentation ?? Data())
    }
  }
}
