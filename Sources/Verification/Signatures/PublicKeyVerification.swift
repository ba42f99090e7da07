import Crypto
import CryptoExtras

/// A message prepared for public keys. It is hashed once, however many keys and signatures are
/// tried.
enum VerifiedMessage {
  case hashed(any Digest)
  /// The whole message, for Ed25519, whose hash also covers a part of the signature and the key.
  case whole([UInt8])

  /// Prepares a message.
  ///
  /// - Parameters:
  ///   - pieces: The pieces of the message, in order.
  ///   - algorithm: The algorithm of the signature. The result is nil if public keys don't support
  ///     it.
  init?(_ pieces: SignedPieces, for algorithm: SigningAlgorithm) {
    switch algorithm {
    case .ed25519: self = .whole(Array(pieces.joined()))
    case .ecdsaP256(let hash, _), .rsaPKCS1(let hash):
      guard hash != .md5 else { return nil }
      self = .hashed(hash.hashed(pieces))
    case .hmac, .hash: return nil
    }
  }
}

extension PublicKey {
  /// Returns whether the holder of the private key signed the message; false for a key of another
  /// kind.
  func isSignature(
    _ signature: [UInt8], of message: [UInt8], by algorithm: SigningAlgorithm
  ) -> Bool {
    VerifiedMessage([message[...]], for: algorithm)
      .map { isSignature(signature, of: $0, by: algorithm) } ?? false
  }

  /// Returns whether the holder of the private key signed the message, which has to be prepared for
  /// this algorithm; false for a key of another kind.
  func isSignature(
    _ signature: [UInt8], of message: VerifiedMessage, by algorithm: SigningAlgorithm
  ) -> Bool {
    switch (material, algorithm, message) {
    case (.ed25519(let key), .ed25519, .whole(let message)):
      key.isValidSignature(signature, for: message)
    case (.p256(let key), .ecdsaP256(_, let form), .hashed(let digest)):
      Self.isSignature(signature, of: digest, form, key)
    case (.rsa(let key), .rsaPKCS1, .hashed(let digest)):
      key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest,
        padding: .insecurePKCS1v1_5)
    default: false
    }
  }

  private static func isSignature(
    _ signature: [UInt8], of digest: any Digest, _ form: SigningAlgorithm.ECDSAForm,
    _ key: P256.Signing.PublicKey
  ) -> Bool {
    guard
      let signature = try? form == .der
        ? P256.Signing.ECDSASignature(derRepresentation: signature)
        : P256.Signing.ECDSASignature(rawRepresentation: signature)
    else { return false }
    return key.isValidSignature(signature, for: digest)
  }
}
