import Verification

/// `type: jwt`: a JSON Web Token that is signed, in time, and meant for us.
struct JWTCheck: RulePreProcessor {
  static let type = "jwt"
  static let documentation = """
    A header has to hold a JSON Web Token that is signed with one of the secrets or public keys, \
    isn't expired, and has the issuers, audiences and claims that are given here. Otherwise the \
    delivery is answered 401. Which algorithms are allowed is said here, never by the token. \
    Without `body_hash`, the body is not signed, and the header is left out of the task.
    """
  static let example = """
    type: jwt
    algorithms: [HS256]
    secrets:
      - {secret: netlify}
    issuers: [netlify]
    require_expiry: false
    body_hash: {claim: sha256}
    """

  private enum Keys {
    static let algorithms = Option(
      required: "algorithms", .list(of: Form<TokenAlgorithm>.choice, "algorithms"),
      "The algorithms that are allowed.")
    static let header = Option(
      "header", .headerName, default: "Authorization", "The header that holds the token.")
    static let prefix = Option(
      "prefix", .headerStart, default: "Bearer ",
      "The text before the token. The default holds for the header Authorization; for others it "
        + "is empty.")
    static let secrets = Option(
      "secrets", .secrets, default: [], "The secrets, for the algorithms that begin with HS.")
    static let publicKeys = Option(
      "public_keys", .publicKeys, default: [],
      "The public keys, for all other algorithms. Each has the keys of \"A public key\".")
    static let issuers = Option(
      "issuers", .lines("issuers"), default: [], "The values that `iss` may have. By default any.")
    static let audiences = Option(
      "audiences", .lines("audiences"), default: [],
      "The values that `aud` may have, or contain. By default any.")
    static let claims = Option(
      "claims", .claims, default: [], "Claims that have to be there, each with one of its texts.")
    static let requireExpiry = Option(
      "require_expiry", .boolean, default: true, "Whether `exp` has to be there.")
    static let leeway = Option(
      "leeway", .duration(.zero...(.seconds(3600))), default: .seconds(60),
      "How much the sender's clock may differ from ours.")
    static let bodyHash = Option(
      optional: "body_hash", .hashClaim, "The claim that holds the hash of the body.")
    static let urlHash = Option(
      optional: "url_hash", .hashClaim,
      "The claim that holds the hash of the webhook's public URL with the query.")
  }

  static let options: [any DocumentedOption] = [
    Keys.algorithms, Keys.header, Keys.prefix, Keys.secrets, Keys.publicKeys, Keys.issuers,
    Keys.audiences, Keys.claims, Keys.requireExpiry, Keys.leeway, Keys.bodyHash, Keys.urlHash,
  ]

  let rule: JSONWebToken
  var needsPublicURL: Bool { rule.urlHash != nil }

  init?(reading mapping: Mapping) {
    var token = JSONWebToken(mapping[Keys.algorithms] ?? [])
    token.header = mapping[Keys.header]
    let prefix = mapping[Keys.prefix]
    let isUsual = token.header.lowercased() == "authorization"
    token.prefix = isUsual || mapping.found(Keys.prefix) != nil ? prefix : ""
    token.secrets = mapping[Keys.secrets]
    token.keys = mapping[Keys.publicKeys]
    token.issuers = mapping[Keys.issuers]
    token.audiences = mapping[Keys.audiences]
    for claim in mapping[Keys.claims] { token.claims[claim.name] = claim.value }
    token.requiresExpiry = mapping[Keys.requireExpiry]
    token.leeway = mapping[Keys.leeway]
    token.bodyHash = mapping[Keys.bodyHash]
    token.urlHash = mapping[Keys.urlHash]
    guard !token.algorithms.isEmpty, let rule = mapping.checked(token) else { return nil }
    self.rule = rule
  }
}

extension Form where Value == [Pair<[String]>] {
  /// Claims of a token, each with the texts that it may have.
  static let claims = Form.pairs(
    "a mapping from claims to lists of texts", names: .line, values: .lines("texts"))
}

extension Form where Value == JSONWebToken.HashClaim {
  private static let claim = Option(required: "claim", .line, "The claim's name.")
  private static let hash = Option(
    "hash", Form<HashName>.choice, default: .sha256, "The hash, in hexadecimal digits.")

  static let hashClaim = Form.mapping(
    "a claim such as {claim: sha256}", options: [claim, hash]
  ) { mapping in
    let hash = mapping[hash]
    return mapping[claim].map { JSONWebToken.HashClaim($0, hash) }
  }
}
