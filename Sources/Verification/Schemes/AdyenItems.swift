import Foundation

/// Adyen's scheme for standard webhooks: in each item of the JSON body, HMAC-SHA256 over eight of
/// its fields, joined by colons, in `additionalData.hmacSignature`.
public struct AdyenItems: Rule {
  /// The secrets, in hexadecimal; any may match.
  public var secrets: [Secret]

  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  private static let fields = [
    "pspReference", "originalReference", "merchantAccountCode", "merchantReference", "amount.value",
    "amount.currency", "eventCode", "success",
  ]

  public var words: String {
    "In each item, HMAC-SHA256 over \(Self.fields.joined(separator: ":")) in base64 in "
      + "additionalData.hmacSignature; the secret is hexadecimal."
  }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations(.hex) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let path = JSONPath.of("notificationItems", .each, "NotificationRequestItem")
    let items = try path.values(in: try request.json().root)
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
    let outer = try item.members(
      Self.fields.filter { !$0.contains(".") } + ["amount", "additionalData"])
    guard
      let signature = try outer[7]?.member("hmacSignature")?.text(of: Signature.longestText)
        .flatMap({ Base64.decode($0) })
    else { return nil }
    let amount = try outer[6]?.members(["value", "currency"]) ?? [nil, nil]
    let signed = Array(outer[..<4]) + amount + [outer[4], outer[5]]
    let pieces = signed.flatMap { [($0?.text ?? [])[...], [UInt8(ascii: ":")]] }.dropLast()
    return secrets.first(signing: Array(pieces), as: signature, .hmac(.sha256), .hex, at: now)
  }
}
