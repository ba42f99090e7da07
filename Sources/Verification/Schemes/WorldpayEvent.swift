import Foundation

/// Access Worldpay's scheme: HMAC-SHA256 over the body, in a header of `keyId/SHA256/signature`, several of
/// them behind commas while a key is renewed. Source: docs.worldpay.com, "HMAC signature".
public struct WorldpayEvent: Rule {
  /// The secrets, any of which may match.
  public var secrets: [Secret]
  static let header = "Event-Signature"
  /// The most signatures that are looked at.
  private static let limit = 16

  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  public var words: String {
    "HMAC-SHA256 over the body, in hexadecimal in header Event-Signature behind keyId/SHA256/."
  }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func isAddressed(by request: Request) -> Bool { request.headers.has(Self.header) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let entries = try request.headers.value(Self.header).split(separator: UInt8(ascii: ","))
    let signatures = entries.prefix(Self.limit).compactMap { entry -> [UInt8]? in
      let parts = Array(entry).trimmed.split(
        separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      return parts.count == 3 && parts[1].elementsEqual("SHA256".utf8) ? Hex.decode(parts[2]) : nil
    }
    guard
      let secret = secrets.first(
        signing: [request.body[...]], asAnyOf: signatures, .hmac(.sha256), at: now)
    else {
      throw .unverified("no signature in \(Self.header) is right for any secret that is in use")
    }
    return Proof(verified: "signature:\(Self.header)", secretName: secret.name)
  }
}
