import Foundation

/// Adyen's scheme for standard webhooks: in each item of the JSON body, HMAC-SHA256 over eight of
/// its fields, joined by colons, in `additionalData.hmacSignature`.
public struct AdyenItems: Rule {
  /// The secrets, in hexadecimal; any may match.
  public var secrets: [Secret]

  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  private static let fields: [JSONPath] = [
    .of("pspReference"), .of("originalReference"), .of("merchantAccountCode"),
    .of("merchantReference"), .of("amount", "value"), .of("amount", "currency"),
    .of("eventCode"), .of("success"),
  ]

  public var words: String {
    "In each item, HMAC-SHA256 over \(Self.fields.map(\.text).joined(separator: ":")) in base64 in "
      + "additionalData.hmacSignature; the secret is hexadecimal."
  }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations(.hex) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let path = JSONPath.of("notificationItems", .each, "NotificationRequestItem")
    let items = try path.values(in: try JSONText(request.body).root)
    guard !items.isEmpty else { throw .unverified("the body has no items") }
    var name: String?
    for (index, item) in items.enumerated() {
      guard let item, let secret = try secret(signing: item, at: now) else {
        throw .unverified("item \(index) is not signed with any secret that is in use")
      }
      name = name ?? secret.name
    }
    return Proof(verified: "signature:additionalData.hmacSignature", secretName: name)
  }

  private func secret(signing item: JSONElement, at now: Date) throws(Refusal) -> Secret? {
    guard
      let signature = try item.member("additionalData")?.member("hmacSignature")?.string
        .flatMap({ Base64.decode($0) })
    else { return nil }
    var texts: [[UInt8]] = []
    for path in Self.fields { texts.append(try path.values(in: item)[0]?.text ?? []) }
    let message = Array(texts.joined(separator: [UInt8(ascii: ":")]))
    return secrets.first(signing: message, as: signature, .hmac(.sha256), .hex, at: now)
  }
}
