import Foundation

/// A header has to equal one of the secrets.
public struct SecretHeader: Rule {
  /// The header's name, as configured.
  public var header: String
  /// What has to stand before the secret, such as `Bearer `; ASCII letters in either case, as for
  /// an authentication scheme (RFC 9110, 11.1). Empty by default.
  public var prefix: String
  /// The secrets, any of which may match.
  public var secrets: [Secret]

  public init(header: String, prefix: String = "", secrets: [Secret]) {
    self.header = header
    self.prefix = prefix
    self.secrets = secrets
  }

  public var words: String {
    "Header \(header) equals \(prefix.isEmpty ? "" : "\"\(prefix)\" and ")a secret."
  }

  public var secretHeaders: Set<String> { [header.lowercased()] }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func isAddressed(by request: Request) -> Bool { request.headers.has(header) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let value = try request.headers.value(header)
    guard Array(value.prefix(prefix.utf8.count)).isText(prefix) else {
      throw .unverified("header \(header) does not start with \"\(prefix)\"")
    }
    let candidate = Array(value.dropFirst(prefix.utf8.count))
    guard let secret = secrets.first(equalTo: candidate, at: now) else {
      throw .unverified(
        "header \(header) equals no secret that is in use" + request.headers.repetition(of: header))
    }
    return Proof(
      verified: "header:\(header)", secretName: secret.name, omittedHeaders: secretHeaders)
  }
}
