import Foundation

/// Exact Online's scheme: HMAC-SHA256 over the exact text of the body's member `Content`, in its
/// member `HashCode`.
public struct ExactOnlineContent: Rule {
  /// The secrets, any of which may match.
  public var secrets: [Secret]

  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  public var words: String {
    "HMAC-SHA256 over the exact text of Content in the body, in hexadecimal in HashCode."
  }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let members = try request.json().root.members(["Content", "HashCode"])
    guard let content = members[0],
      let signature = members[1]?.text(of: Signature.longestText).flatMap({ Hex.decode($0) })
    else { throw .unverified("Content or HashCode is missing in the body") }
    guard
      let secret = secrets.first(
        signing: [content.raw], as: signature, .hmac(.sha256), at: now)
    else { throw .unverified("HashCode is not right for any secret that is in use") }
    return Proof(verified: "signature:HashCode", secretName: secret.name)
  }
}
