import Foundation

/// The request has to bring a JSON Web Token that is signed, in time, and meant for us.
///
/// The algorithms and the keys come from the configuration, and secrets and public keys are never
/// taken for one another, whatever the token says.
public struct JSONWebToken: Rule {
  /// The algorithms that are allowed.
  public var algorithms: [TokenAlgorithm]
  /// The header that holds the token; `Authorization` by default.
  public var header = "Authorization"
  /// What stands before the token, ASCII letters in either case; `Bearer ` by default.
  public var prefix = "Bearer "
  /// The secrets for HS256 and its kin, as text; any may match.
  public var secrets: [Secret] = []
  /// The public keys for the others; of a token with a `kid`, only keys of that name are tried, and
  /// keys without a name.
  public var keys: [PublicKey] = []
  /// Where the keys are fetched from, so that one which is missing may still come: then that is a
  /// temporary refusal. Nil, the default, where all of them are configured.
  public var keyURL: String?
  /// What `iss` may be; anything if empty, the default.
  public var issuers: [String] = []
  /// What `aud` may be, or hold; anything if empty, the default.
  public var audiences: [String] = []
  /// Claims that have to be there with one of these texts; a number or boolean as JSON writes it.
  public var claims: [String: [String]] = [:]
  /// Whether `exp` has to be there; true by default.
  public var requiresExpiry = true
  /// Whether `nbf` has to be there; false by default.
  public var requiresStart = false
  /// How far the clocks may be apart; 60 s by default.
  public var leeway: Duration = .seconds(60)
  /// The claim that holds the hash of the body, and the hash; none by default.
  public var bodyHash: HashClaim?
  /// The claim that holds the hash of the public URL with its query; none by default.
  public var urlHash: HashClaim?

  /// A claim with a hash in hexadecimal digits.
  public struct HashClaim: Sendable, Equatable {
    /// The claim's name.
    public var claim: String
    /// The hash function; SHA-256 by default.
    public var hash: HashName

    public init(_ claim: String, _ hash: HashName = .sha256) {
      self.claim = claim
      self.hash = hash
    }
  }

  public init(_ algorithms: [TokenAlgorithm]) {
    self.algorithms = algorithms
  }

  public var words: String {
    var words = "A JSON Web Token in header \(header), signed with "
    words += algorithms.map(\.rawValue).joined(separator: " or ") + ", in time"
    if !issuers.isEmpty { words += ", from \(issuers.joined(separator: " or "))" }
    if !audiences.isEmpty { words += ", for \(audiences.joined(separator: " or "))" }
    if let bodyHash { words += ", with the body's hash as \(bodyHash.claim)" }
    if let urlHash { words += ", with the URL's hash as \(urlHash.claim)" }
    return words + "."
  }

  /// A token that is bound to no body could be used for another one.
  public var secretHeaders: Set<String> { bodyHash == nil ? [header.lowercased()] : [] }

  public var misconfigurations: [Misconfiguration] {
    let kinds = Set(algorithms.map(\.signing.usesSecrets))
    return
      (kinds.isEmpty ? [Misconfiguration("no algorithm is allowed", absent: "algorithms")] : [])
      + (kinds.contains(true) ? secrets.misconfigurations() : [])
      + (kinds.contains(false) && keys.isEmpty && keyURL == nil
        ? [Misconfiguration("there is no public key", absent: "public_keys")] : [])
  }

  public func isAddressed(by request: Request) -> Bool { request.headers.has(header) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
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

  /// The name of the secret or key that the signature is right for.
  private func checkSignature(_ token: TokenParts, at now: Date) throws(Refusal) -> String? {
    let claimed = try token.header.member("alg")?.string ?? []
    guard let algorithm = algorithms.first(where: { $0.rawValue.utf8.elementsEqual(claimed) })
    else { throw .unverified("the token's algorithm is not allowed") }
    let refusal = Refusal.unverified("the token's signature is not right for any key in use")
    guard algorithm.signing.usesSecrets else {
      let kid = try token.header.member("kid")?.string
      let key = try candidates(kid).first {
        $0.isUsable(at: now)
          && $0.isSignature(token.signature, of: token.message, by: algorithm.signing)
      }
      guard let key else { throw refusal }
      return key.name
    }
    let secret = secrets.first { secret in
      guard secret.isUsable(at: now),
        let expected = algorithm.signing.expected(token.message, key: secret.bytes)
      else { return false }
      return equalInConstantTime(token.signature, expected)
    }
    guard let secret else { throw refusal }
    return secret.name
  }

  /// The keys that a token with this `kid` may be signed with: the one of that name, or those
  /// without a name.
  private func candidates(_ kid: [UInt8]?) throws(Refusal) -> [PublicKey] {
    let found = keys.filter { key in
      guard let kid, let name = key.name else { return true }
      return name.utf8.elementsEqual(kid)
    }
    guard !found.isEmpty else {
      var refusal = Refusal(
        keyURL == nil ? .unverified : .unavailable, "there is no key of the token's \"kid\"")
      refusal.wantedKey = keyURL
      throw refusal
    }
    return found
  }
}
