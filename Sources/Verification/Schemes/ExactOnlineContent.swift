import Bytes
import FoundationEssentials

/// Exact Online's scheme: the body's member `HashCode` is an HMAC-SHA256 over the exact text of its
/// member `Content`.
public struct ExactOnlineContent: Rule {
  /// The secrets. Any of them may match.
  public var secrets: [Secret]

  /// Makes a rule with the secrets.
  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  /// A sentence that names the two members.
  public var words: String {
    "HMAC-SHA256 over the exact text of Content in the body, in hexadecimal in HashCode."
  }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Checks `HashCode` over the bytes of `Content` as they stand in the body.
  ///
  /// - Throws: `Rejection.unverified` if a member is missing, or the hash isn't right for a usable
  ///   secret.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
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
