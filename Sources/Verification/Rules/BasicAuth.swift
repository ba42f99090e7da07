import Foundation

/// HTTP basic authentication (RFC 7617): a user and a password have to be one of the pairs.
public struct BasicAuth: Rule {
  /// The pairs, each as `user:password`; the first colon parts them. Any of them may match.
  public var secrets: [Secret]

  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  public var words: String { "Basic authentication with a user and a password." }

  public var secretHeaders: Set<String> { ["authorization"] }

  public var misconfigurations: [Misconfiguration] {
    let isPair = { (secret: Secret) in secret.bytes.contains(UInt8(ascii: ":")) }
    return secrets.misconfigurations()
      + secrets.filter { !$0.bytes.isEmpty && !isPair($0) }
      .map { Misconfiguration("\($0) is not user:password") }
  }

  public func isAddressed(by request: Request) -> Bool { request.headers.has("authorization") }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let value = try request.headers.value("Authorization")
    let scheme = "Basic "
    guard Array(value.prefix(scheme.utf8.count)).isText(scheme) else {
      throw .unverified("header Authorization is no basic authentication")
    }
    let text = Array(value.dropFirst(scheme.utf8.count)).trimmed
    guard
      let pair = Base64.decode(text, padding: .optional), pair.contains(UInt8(ascii: ":"))
    else { throw .unverified("header Authorization does not hold a user and a password in base64") }
    guard let secret = secrets.first(equalTo: pair, at: now) else {
      throw .unverified("the user and the password are no pair that is in use")
    }
    return Proof(
      verified: "basic_auth", secretName: secret.name, omittedHeaders: secretHeaders)
  }
}
