import FoundationEssentials

/// A rule for HTTP basic authentication (RFC 7617): user and password are one of the configured
/// pairs.
public struct BasicAuth: Rule {
  /// The pairs, each as `user:password`, split at the first colon. Any of them may match.
  public var secrets: [Secret]

  /// Makes a rule with the pairs, each as `user:password`.
  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  /// A sentence that names basic authentication.
  public var words: String { "Basic authentication with a user and a password." }

  /// The header `authorization`.
  public var secretHeaders: Set<String> { ["authorization"] }

  /// The problems of the secrets: there isn't any, one is empty, or one has no colon.
  public var misconfigurations: [Misconfiguration] {
    let isPair = { (secret: Secret) in secret.bytes.contains(UInt8(ascii: ":")) }
    return secrets.misconfigurations()
      + secrets.filter { !$0.bytes.isEmpty && !isPair($0) }
      .map { Misconfiguration("\($0) is not user:password") }
  }

  /// Returns whether the request has the header Authorization.
  public func isAddressed(by request: Request) -> Bool { request.headers.has("authorization") }

  /// Compares user and password, decoded from base64, with each pair.
  ///
  /// - Throws: `Rejection.unverified` if the header is missing, isn't basic authentication, or
  ///   holds no usable pair.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let value = try request.headers.value("Authorization")
    let scheme = "Basic "
    guard Array(value.prefix(scheme.utf8.count)).isText(scheme) else {
      throw .unverified("header Authorization isn't basic authentication")
    }
    let text = Array(value.dropFirst(scheme.utf8.count)).trimmed
    guard
      let pair = Base64.decode(text, padding: .optional), pair.contains(UInt8(ascii: ":"))
    else { throw .unverified("header Authorization does not hold a user and a password in base64") }
    guard let secret = secrets.first(equalTo: pair, at: now) else {
      throw .unverified("the user and the password don't match a pair that is in use")
    }
    return Proof(
      verified: "basic_auth", secretName: secret.name, omittedHeaders: secretHeaders)
  }
}
