import Bytes
import FoundationEssentials

/// PayPal's scheme: RSA over the transmission's id and time, the webhook's id and the body's
/// CRC-32. The certificate is a configured one, or the one that the delivery names on a host of
/// PayPal's.
public struct PayPalTransmission: Rule {
  /// The webhook's id at PayPal.
  public var webhookID: String
  /// The pinned keys. If there are any, the certificate that the delivery names isn't used.
  public var publicKeys: [PublicKey]
  /// The fetched certificates, by URL.
  public var keyStore: KeyStore
  /// The greatest distance of the transmission's time from our clock, both ways; nil, the default,
  /// for any. PayPal retries for three days, and it isn't known whether a retry has a new time.
  public var tolerance: Duration?
  /// The hosts that certificates may be fetched from.
  public static let hosts: [HostPattern] = ["api.paypal.com", "api.sandbox.paypal.com"]

  /// Makes a rule. By default no keys are pinned or fetched, and the time isn't bounded.
  public init(
    webhookID: String, publicKeys: [PublicKey] = [], keyStore: KeyStore = KeyStore(),
    tolerance: Duration? = nil
  ) {
    self.webhookID = webhookID
    self.publicKeys = publicKeys
    self.keyStore = keyStore
    self.tolerance = tolerance
  }

  /// Returns the scheme as a `Signature` with these keys.
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

  /// A sentence about the algorithm and the signed parts.
  public var words: String { signature([]).words }

  /// Returns whether the request has the signature's header.
  public func isAddressed(by request: Request) -> Bool { signature([]).isAddressed(by: request) }

  /// Checks the signature with the pinned keys, or with the certificate that the delivery names.
  ///
  /// - Throws: `Rejection.unverified` if the signature is missing or wrong, the webhook's id isn't
  ///   configured, or the certificate's URL isn't PayPal's. `Rejection.unavailable`, with the URL
  ///   as `wantedKey`, if the certificate wasn't fetched yet.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    guard !webhookID.isEmpty else { throw .unverified("the webhook's id is not configured") }
    return try signature(publicKeys.isEmpty ? try fetchedKeys(request) : publicKeys)
      .verify(request, at: now)
  }

  private func fetchedKeys(_ request: Request) throws(Rejection) -> [PublicKey] {
    let bytes = try request.headers.value("paypal-cert-url")
    let url = String(decoding: bytes, as: UTF8.self)
    let path = "/v1/notifications/certs/"
    guard let host = Self.hosts.first(where: { $0.matches(url: url) }),
      let name = bytes.after("https://\(host.text)\(path)"),
      name.allSatisfy({ ByteSet.words.contains($0) || $0 == UInt8(ascii: "-") })
    else { throw .unverified("paypal-cert-url isn't the URL of a PayPal certificate") }
    let keys = keyStore.keys(from: url)
    guard !keys.isEmpty else {
      var rejection = Rejection.unavailable("the certificate has not been fetched yet")
      rejection.wantedKey = url
      throw rejection
    }
    return keys
  }
}
