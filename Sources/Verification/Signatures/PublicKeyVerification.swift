import Crypto
import CryptoExtras

extension PublicKey {
  /// Whether the holder of the private key signed the message; false for a key of another kind.
  func isSignature(
    _ signature: [UInt8], of message: [UInt8], by algorithm: SigningAlgorithm
  ) -> Bool {
    switch (material, algorithm) {
    case (.ed25519(let key), .ed25519):
      key.isValidSignature(signature, for: message)
    case (.p256(let key), .ecdsaP256(let hash, let form)):
      Self.isSignature(signature, of: message, hash, form, key)
    case (.rsa(let key), .rsaPKCS1(let hash)):
      Self.isSignature(signature, of: message, hash, key)
    default: false
    }
  }

  private static func isSignature(
    _ signature: [UInt8], of message: [UInt8], _ hash: HashName,
    _ form: SigningAlgorithm.ECDSAForm, _ key: P256.Signing.PublicKey
  ) -> Bool {
    guard
      let signature = try? form == .der
        ? P256.Signing.ECDSASignature(derRepresentation: signature)
        : P256.Signing.ECDSASignature(rawRepresentation: signature)
    else { return false }
    return switch hash {
    case .sha1: key.isValidSignature(signature, for: Insecure.SHA1.hash(data: message))
    case .sha256: key.isValidSignature(signature, for: SHA256.hash(data: message))
    case .sha384: key.isValidSignature(signature, for: SHA384.hash(data: message))
    case .sha512: key.isValidSignature(signature, for: SHA512.hash(data: message))
    case .md5: false
    }
  }

  private static func isSignature(
    _ signature: [UInt8], of message: [UInt8], _ hash: HashName, _ key: _RSA.Signing.PublicKey
  ) -> Bool {
    let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
    let padding = _RSA.Signing.Padding.insecurePKCS1v1_5
    return switch hash {
    case .sha1:
      key.isValidSignature(signature, for: Insecure.SHA1.hash(data: message), padding: padding)
    case .sha256:
      key.isValidSignature(signature, for: SHA256.hash(data: message), padding: padding)
    case .sha384:
      key.isValidSignature(signature, for: SHA384.hash(data: message), padding: padding)
    case .sha512:
      key.isValidSignature(signature, for: SHA512.hash(data: message), padding: padding)
    case .md5: false
    }
  }
}
