/// The algorithm of a sender's signature.
public enum SigningAlgorithm: Sendable, Equatable {
  /// HMAC (RFC 2104), with a secret as its key.
  case hmac(HashName)
  /// A plain hash over the secret and the message, in the order of `SecretPosition`.
  case hash(HashName, secret: SecretPosition)
  /// Ed25519 (RFC 8032).
  case ed25519
  /// ECDSA over P-256 with this hash.
  case ecdsaP256(HashName, ECDSAForm = .der)
  /// RSA with PKCS #1 v1.5 padding and this hash.
  case rsaPKCS1(HashName)

  /// The place of the secret in the hashed text.
  public enum SecretPosition: Sendable { case first, last }

  /// The encoding of an ECDSA signature: ASN.1 DER, or two numbers of 32 bytes.
  public enum ECDSAForm: Sendable { case der, raw }

  /// Whether it takes secrets; otherwise it takes public keys.
  public var usesSecrets: Bool {
    switch self {
    case .hmac, .hash: true
    case .ed25519, .ecdsaP256, .rsaPKCS1: false
    }
  }

  /// The most signatures that one request may bring. Each may cost a computation, and with Ed25519
  /// one over the whole message.
  var mostSignatures: Int { self == .ed25519 ? 4 : 32 }

  /// Returns whether some bytes have the length of a signature. It is checked before the message is
  /// hashed.
  func hasLength(ofSignature bytes: [UInt8]) -> Bool {
    switch self {
    case .hmac(let hash), .hash(let hash, _): bytes.count == hash.byteCount
    case .ed25519, .ecdsaP256(_, .raw): bytes.count == 64
    // Two numbers of up to 33 bytes with their headers, and the header of both.
    case .ecdsaP256(_, .der): 8...72 ~= bytes.count
    // The length of the key: 1,024 to 16,384 bits.
    case .rsaPKCS1: 128...2048 ~= bytes.count
    }
  }

  /// Returns the signature that a sender with this key makes of the message; nil for algorithms
  /// with public keys.
  func expected(_ message: [UInt8], key: [UInt8]) -> [UInt8]? { expected([message[...]], key: key) }

  /// Returns the signature that a sender with this key makes of a message in pieces; nil for
  /// algorithms with public keys.
  func expected(_ message: SignedPieces, key: [UInt8]) -> [UInt8]? {
    switch self {
    case .hmac(let hash): hash.authenticationCode(of: message, key: key)
    case .hash(let hash, .first): hash.digest(of: [key[...]] + message)
    case .hash(let hash, .last): hash.digest(of: message + [key[...]])
    case .ed25519, .ecdsaP256, .rsaPKCS1: nil
    }
  }
}
