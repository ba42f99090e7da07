import Bytes
import FoundationEssentials

/// Access Worldpay's scheme: HMAC-SHA256 over the body, in a header of the form
/// `keyId/SHA256/signature`. While a key is renewed, the header holds several of them, separated by
/// commas. Source: docs.worldpay.com, "HMAC signature".
public struct WorldpayEvent: Rule {
  /// The secrets. Any of them may match.
  public var secrets: [Secret]
  static let header = "Event-Signature"
  /// The most signatures that are tried; further ones are ignored.
  private static let limit = 16

  /// Makes a rule with the secrets.
  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  /// A sentence that names the header and the form of its value.
  public var words: String {
    "HMAC-SHA256 over the body, in hexadecimal in header Event-Signature behind keyId/SHA256/."
  }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Returns whether the request has the header Event-Signature.
  public func isAddressed(by request: Request) -> Bool { request.headers.has(Self.header) }

  /// Checks the signatures in the header. One of the first 16 has to be right.
  ///
  /// - Throws: `Rejection.unverified` if the header is missing, or no signature is right for a
  ///   usable secret.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
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
