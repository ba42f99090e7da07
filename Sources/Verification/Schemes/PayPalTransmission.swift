import Foundation

/// PayPal's scheme: RSA over the transmission's id and time, the webhook's id and the body's
/// CRC-32, with a certificate that is configured, or that the delivery names on a host of PayPal's.
public struct PayPalTransmission: Rule {
  /// The webhook's id at PayPal.
  public var webhookID: String
  /// The pinned keys; if there are any, what the delivery names doesn't count.
  public var publicKeys: [PublicKey]
  /// The certificates that were fetched, by URL.
  public var keyStore: KeyStore
  /// The greatest distance of the transmission's time from our clock, both ways; nil, the default, for any:
  /// PayPal tries again for three days, and it is not known whether with a new time.
  public var tolerance: Duration?
  /// Where certificates may come from.
  public static let hosts: [HostPattern] = ["api.paypal.com", "api.sandbox.paypal.com"]

  public init(
    webhookID: String, publicKeys: [PublicKey] = [], keyStore: KeyStore = KeyStore(),
    tolerance: Duration? = nil
  ) {
    self.webhookID = webhookID
    self.publicKeys = publicKeys
    self.keyStore = keyStore
    self.tolerance = tolerance
  }

  /// The scheme over the building block.
  private func signature(_ keys: [PublicKey]) -> Signature {
    var scheme = Signature(.rsaPKCS1(.sha256), at: .header("paypal-transmission-sig"))
    scheme.encoding = .base64
    scheme.message = [
      .header("paypal-transmission-id"), .literal("|"), .header("paypal-transmission-time"),
      .literal("|"), .literal(webhookID.isEmpty ? "webhook_id" : webhookID), .literal("|"),
      .bodyCRC32,
    ]
    scheme.requiredHeaders = ["paypal-auth-algo": "SHA256withRSA"]
    scheme.timestamp = TimestampRule(
      .header("paypal-transmission-time"), unit: .rfc3339, past: tolerance, future: tolerance)
    scheme.publicKeys = keys
    return scheme
  }

  public var words: String { signature([]).words }

  public func isAddressed(by request: Request) -> Bool { signature([]).isAddressed(by: request) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    guard !webhookID.isEmpty else { throw .unverified("the webhook's id is not configured") }
    return try signature(publicKeys.isEmpty ? try fetchedKeys(request) : publicKeys)
      .verify(request, at: now)
  }

  private func fetchedKeys(_ request: Request) throws(Refusal) -> [PublicKey] {
    let bytes = try request.headers.value("paypal-cert-url")
    let url = String(decoding: bytes, as: UTF8.self)
    let path = "/v1/notifications/certs/"
    guard let host = Self.hosts.first(where: { $0.matches(url: url) }),
      let name = bytes.after("https://\(host.text)\(path)"),
      name.allSatisfy({ ByteSet.words.contains($0) || $0 == UInt8(ascii: "-") })
    else { throw .unverified("paypal-cert-url is no certificate of PayPal") }
    let keys = keyStore.keys(from: url)
    guard !keys.isEmpty else {
      var refusal = Refusal.unavailable("the certificate was not fetched yet")
      refusal.wantedKey = url
      throw refusal
    }
    return keys
  }
}
