import Foundation

/// Vipps MobilePay's scheme: HMAC-SHA256 over method, path, date, host and the body's hash, which
/// stands in a header of its own.
public struct VippsRequest: Rule {
  /// The secrets, any of which may match.
  public var secrets: [Secret]

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

  public var words: String {
    "\(signature.words) The header x-ms-content-sha256 is the body's hash."
  }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func isAddressed(by request: Request) -> Bool { signature.isAddressed(by: request) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let proof = try signature.verify(request, at: now)
    guard let digest = Base64.decode(try request.headers.value("x-ms-content-sha256")),
      equalInConstantTime(digest, HashName.sha256.digest(of: request.body))
    else { throw .unverified("header x-ms-content-sha256 is not the body's hash") }
    return proof
  }
}
