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

  /// The most signatures that one request may bring: each may cost a computation, and with Ed25519 one
  /// over the whole message.
  var mostSignatures: Int { self == .ed25519 ? 4 : 32 }

  /// Whether some bytes are as many as a signature has: looked at before the message is gone over.
  func hasLength(ofSignature bytes: [UInt8]) -> Bool {
    switch self {
    case .hmac(let hash), .hash(let hash, _): bytes.count == hash.byteCount
    case .ed25519, .ecdsaP256(_, .raw): bytes.count == 64
    // Two numbers of up to 33 bytes, each with its head, and that of both.
    case .ecdsaP256(_, .der): 8...72 ~= bytes.count
    // As many as the key has: 1,024 to 16,384 bits.
    case .rsaPKCS1: 128...2048 ~= bytes.count
    }
  }

  /// What a sender that holds the key would have signed the message with; nil for public keys.
  func expected(_ message: [UInt8], key: [UInt8]) -> [UInt8]? { expected([message[...]], key: key) }

  /// The same for a message in pieces.
  func expected(_ message: SignedPieces, key: [UInt8]) -> [UInt8]? {
    switch self {
    case .hmac(let hash): hash.authenticationCode(of: message, key: key)
    case .hash(let hash, .first): hash.digest(of: [key[...]] + message)
    case .hash(let hash, .last): hash.digest(of: message + [key[...]])
    case .ed25519, .ecdsaP256, .rsaPKCS1: nil
    }
  }
}
