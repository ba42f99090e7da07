import FoundationEssentials

/// A rule that the request brings a JSON Web Token that is signed, in time, and meant for us.
///
/// The algorithms and keys come from the configuration. Whatever the token says, a secret is never
/// used as a public key, nor a public key as a secret.
public struct JSONWebToken: Rule {
  /// The allowed algorithms.
  public var algorithms: [TokenAlgorithm]
  /// The header that holds the token; `Authorization` by default.
  public var header = "Authorization"
  /// The text before the token, ASCII letters in either case; `Bearer ` by default.
  public var prefix = "Bearer "
  /// The secrets for HS256, HS384 and HS512, as text. Any of them may match.
  public var secrets: [Secret] = []
  /// The public keys for the other algorithms. A token with a `kid` is tried with the keys of that
  /// name and with keys without a name, a token without one with all keys.
  public var keys: [PublicKey] = []
  /// The URL that keys are fetched from; nil, the default, if all of them are configured. With a
  /// URL, a missing key makes a temporary rejection, because it may still come.
  public var keyURL: String?
  /// The accepted values of `iss`; empty, the default, for any.
  public var issuers: [String] = []
  /// The accepted values of `aud`, or of one of its elements; empty, the default, for any.
  public var audiences: [String] = []
  /// The claims that have to be there, with their accepted texts. A number or boolean is compared
  /// as JSON writes it.
  public var claims: [String: [String]] = [:]
  /// Whether `exp` has to be there; true by default.
  public var requiresExpiry = true
  /// Whether `nbf` has to be there; false by default.
  public var requiresStart = false
  /// The greatest difference between the clocks; 60 s by default.
  public var leeway: Duration = .seconds(60)
  /// The claim that holds the hash of the body; nil, the default, if the token has none.
  public var bodyHash: HashClaim?
  /// The claim that holds the hash of the public URL with its query; nil, the default, if the token
  /// has none.
  public var urlHash: HashClaim?

  /// A claim that holds a hash in hexadecimal digits.
  public struct HashClaim: Sendable, Equatable {
    /// The claim's name.
    public var claim: String
    /// The hash function; SHA-256 by default.
    public var hash: HashName

    /// Makes a claim. By default the hash is SHA-256.
    public init(_ claim: String, _ hash: HashName = .sha256) {
      self.claim = claim
      self.hash = hash
    }
  }

  /// Makes a rule that allows these algorithms and has the defaults of all other options.
  public init(_ algorithms: [TokenAlgorithm]) {
    self.algorithms = algorithms
  }

  /// A sentence about the header, the algorithms, the issuers, the audiences and the hashes.
  public var words: String {
    var words = "A JSON Web Token in header \(header), signed with "
    words += algorithms.map(\.rawValue).joined(separator: " or ") + ", not expired"
    if !issuers.isEmpty { words += ", from \(issuers.joined(separator: " or "))" }
    if !audiences.isEmpty { words += ", for \(audiences.joined(separator: " or "))" }
    if let bodyHash { words += ", with the body's hash as \(bodyHash.claim)" }
    if let urlHash { words += ", with the URL's hash as \(urlHash.claim)" }
    return words + "."
  }

  /// The token's header, unless the token is bound to the body. An unbound token could be used for
  /// another body.
  public var secretHeaders: Set<String> { bodyHash == nil ? [header.lowercased()] : [] }

  /// The errors in the options: no allowed algorithm; or, for an allowed one, no secret, an empty
  /// secret, or neither a public key nor a URL of keys.
  public var misconfigurations: [Misconfiguration] {
    let kinds = Set(algorithms.map(\.signing.usesSecrets))
    return
      (kinds.isEmpty ? [Misconfiguration("no algorithm is allowed", absent: "algorithms")] : [])
      + (kinds.contains(true) ? secrets.misconfigurations() : [])
      + (kinds.contains(false) && keys.isEmpty && keyURL == nil
        ? [Misconfiguration("there is no public key", absent: "public_keys")] : [])
  }

  /// Returns whether the request has the header.
  public func isAddressed(by request: Request) -> Bool { request.headers.has(header) }

  /// Checks the token's signature, then its times, its claims and its hashes.
  ///
  /// - Throws: `Rejection.unverified` if the token is missing or wrong. `Rejection.unavailable` if
  ///   its key may still be fetched, or the URL is hashed and no public URL is configured.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let value = try request.headers.value(header)
    guard Array(value.prefix(prefix.utf8.count)).isText(prefix) else {
      throw .unverified("header \(header) does not start with \"\(prefix)\"")
    }
    let token = try TokenParts(Array(value.dropFirst(prefix.utf8.count)).trimmed)
    let name = try checkSignature(token, at: now)
    try checkTimes(token.claims, at: now)
    try checkClaims(token.claims)
    try checkHashes(token.claims, request)
    return Proof(verified: "jwt:\(header)", secretName: name, omittedHeaders: secretHeaders)
  }

  /// Returns the name of the secret or key that the signature is right for.
  private func checkSignature(_ token: TokenParts, at now: Date) throws(Rejection) -> String? {
    let claimed = try token.header.member("alg")?.string ?? []
    guard let algorithm = algorithms.first(where: { $0.rawValue.utf8.elementsEqual(claimed) })
    else { throw .unverified("the token's algorithm is not allowed") }
    let rejection = Rejection.unverified("the token's signature is not right for any key in use")
    guard algorithm.signing.usesSecrets else {
      let kid = try token.header.member("kid")?.string
      let key = try candidates(kid).first {
        $0.isUsable(at: now)
          && $0.isSignature(token.signature, of: token.message, by: algorithm.signing)
      }
      guard let key else { throw rejection }
      return key.name
    }
    let secret = secrets.first { secret in
      guard secret.isUsable(at: now),
        let expected = algorithm.signing.expected(token.message, key: secret.bytes)
      else { return false }
      return equalInConstantTime(token.signature, expected)
    }
    guard let secret else { throw rejection }
    return secret.name
  }

  /// Returns the keys that a token with this `kid` may be signed with: those of that name and those
  /// without a name; all keys if the token has no `kid`.
  private func candidates(_ kid: [UInt8]?) throws(Rejection) -> [PublicKey] {
    let found = keys.filter { key in
      guard let kid, let name = key.name else { return true }
      return name.utf8.elementsEqual(kid)
    }
    guard !found.isEmpty else {
      var rejection = Rejection(
        keyURL == nil ? .unverified : .unavailable, "no key has the token's \"kid\"")
      rejection.wantedKey = keyURL
      throw rejection
    }
    return found
  }
}
