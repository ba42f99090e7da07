/// How a sender signs.
public enum SigningAlgorithm: Sendable, Equatable {
  /// A keyed hash (RFC 2104), with a secret as its key.
  case hmac(HashName)
  /// A plain hash over the secret and the message, in the order that `SecretPosition` says.
  case hash(HashName, secret: SecretPosition)
  /// Ed25519 (RFC 8032).
  case ed25519
  /// ECDSA over P-256, over this hash.
  case ecdsaP256(HashName, ECDSAForm = .der)
  /// RSA with PKCS #1 v1.5 padding, over this hash.
  case rsaPKCS1(HashName)

  /// Where the secret stands in what is hashed.
  public enum SecretPosition: Sendable { case first, last }

  /// How an ECDSA signature is written: as ASN.1, or as its two numbers of 32 bytes.
  public enum ECDSAForm: Sendable { case der, raw }

  /// Whether it takes a secret; otherwise it takes public keys.
  public var usesSecrets: Bool {
    switch self {
    case .hmac, .hash: true
    case .ed25519, .ecdsaP256, .rsaPKCS1: false
    }
  }

  /// What a sender that holds the key would have signed the message with; nil for public keys.
  func expected(_ message: [UInt8], key: [UInt8]) -> [UInt8]? {
    switch self {
    case .hmac(let hash): hash.authenticationCode(of: message, key: key)
    case .hash(let hash, .first): hash.digest(of: key + message)
    case .hash(let hash, .last): hash.digest(of: message + key)
    case .ed25519, .ecdsaP256, .rsaPKCS1: nil
    }
  }
}
