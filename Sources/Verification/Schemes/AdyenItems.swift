import FoundationEssentials

/// Adyen's scheme for standard webhooks. In each item of the JSON body,
/// `additionalData.hmacSignature` holds an HMAC-SHA256 over eight fields of the item, joined by
/// colons.
public struct AdyenItems: Rule {
  /// The secrets, in hexadecimal. Any of them may match.
  public var secrets: [Secret]

  /// Makes a rule with the secrets, in hexadecimal.
  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  private static let fields = [
    "pspReference", "originalReference", "merchantAccountCode", "merchantReference", "amount.value",
    "amount.currency", "eventCode", "success",
  ]

  /// A sentence that lists the signed fields of an item.
  public var words: String {
    "In each item, HMAC-SHA256 over \(Self.fields.joined(separator: ":")) in base64 in "
      + "additionalData.hmacSignature; the secret is hexadecimal."
  }
  /// The problems of the secrets: there isn't any, or one is empty or not hexadecimal.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations(.hex) }

  /// Checks the signature of every item. The proof names the first item's secret.
  ///
  /// - Throws: `Rejection.unverified` if the body has no items, or an item isn't signed with a
  ///   usable secret.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
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

  private func secret(signing item: JSONElement, at now: Date) throws(Rejection) -> Secret? {
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
