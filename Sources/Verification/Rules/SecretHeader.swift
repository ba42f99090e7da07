import FoundationEssentials

/// A rule that a header equals one of the secrets.
public struct SecretHeader: Rule {
  /// The header's name, as configured.
  public var header: String
  /// The text before the secret, such as `Bearer `; empty by default. ASCII letters match in either
  /// case, as in an authentication scheme (RFC 9110, 11.1).
  public var prefix: String
  /// The secrets. Any of them may match.
  public var secrets: [Secret]

  /// Makes a rule. By default the secret is the whole value of the header.
  public init(header: String, prefix: String = "", secrets: [Secret]) {
    self.header = header
    self.prefix = prefix
    self.secrets = secrets
  }

  /// A sentence that names the header and the prefix.
  public var words: String {
    "Header \(header) equals \(prefix.isEmpty ? "" : "\"\(prefix)\" and ")a secret."
  }

  /// The header, in lower case.
  public var secretHeaders: Set<String> { [header.lowercased()] }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Returns whether the request has the header.
  public func isAddressed(by request: Request) -> Bool { request.headers.has(header) }

  /// Compares the text behind the prefix with each secret.
  ///
  /// - Throws: `Rejection.unverified` if the header or the prefix is missing, or no usable secret
  ///   is equal.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
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
