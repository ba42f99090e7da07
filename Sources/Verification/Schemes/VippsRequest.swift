import FoundationEssentials

/// Vipps MobilePay's scheme: HMAC-SHA256 over the method, path, date, host, and the body's hash,
/// which stands in a header of its own.
public struct VippsRequest: Rule {
  /// The secrets. Any of them may match.
  public var secrets: [Secret]

  /// Makes a rule with the secrets.
  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  var signature: Signature {
    var scheme = Signature(
      at: .pairs(header: "Authorization", key: "Signature", separator: "&"))
    scheme.encoding = .base64
    scheme.message = [
      .method, .literal("\n"), .pathAndQuery, .literal("\n"), .header("x-ms-date"),
      .literal(";"), .urlHost, .literal(";"), .header("x-ms-content-sha256"),
    ]
    scheme.secrets = secrets
    return scheme
  }

  /// A sentence about the signature, and one about the body's hash.
  public var words: String {
    "\(signature.words) The header x-ms-content-sha256 is the body's hash."
  }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Returns whether the request has the header Authorization.
  public func isAddressed(by request: Request) -> Bool { signature.isAddressed(by: request) }

  /// Checks the signature, and then the body's hash, which is among the signed headers.
  ///
  /// - Throws: `Rejection.unverified` if one of them is missing or wrong. `Rejection.unavailable`
  ///   if no public URL is configured.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let proof = try signature.verify(request, at: now)
    guard let digest = Base64.decode(try request.headers.value("x-ms-content-sha256")),
      equalInConstantTime(digest, HashName.sha256.digest(of: request.body))
    else { throw .unverified("header x-ms-content-sha256 is not the body's hash") }
    return proof
  }
}
