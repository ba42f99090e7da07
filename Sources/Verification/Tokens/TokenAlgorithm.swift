/// The signature algorithm of a JSON Web Token (RFC 7518, RFC 8037).
public enum TokenAlgorithm: String, Sendable, CaseIterable {
  case hs256 = "HS256"
  case hs384 = "HS384"
  case hs512 = "HS512"
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case es256 = "ES256"
  case edDSA = "EdDSA"

  var signing: SigningAlgorithm {
    switch self {
    case .hs256: .hmac(.sha256)
    case .hs384: .hmac(.sha384)
    case .hs512: .hmac(.sha512)
    case .rs256: .rsaPKCS1(.sha256)
    case .rs384: .rsaPKCS1(.sha384)
    case .rs512: .rsaPKCS1(.sha512)
    case .es256: .ecdsaP256(.sha256, .raw)
    case .edDSA: .ed25519
    }
  }
}
