import FoundationEssentials

/// eBay's scheme: ECDSA P-256 with SHA-1 over the body, with the key whose `kid` the header names.
public struct EBayNotification: Rule {
  /// The configured keys, each named by its `kid`.
  public var publicKeys: [PublicKey]
  /// The fetched keys, by URL.
  public var keyStore: KeyStore
  /// The start of every key's URL. The `kid` follows.
  static let keyURL = "https://api.ebay.com/commerce/notification/v1/public_key/"

  /// Makes a rule with the configured and the fetched keys.
  public init(publicKeys: [PublicKey], keyStore: KeyStore) {
    self.publicKeys = publicKeys
    self.keyStore = keyStore
  }

  /// A sentence about the algorithm, the header and the key.
  public var words: String {
    "ECDSA P-256 with SHA-1 over the body, in the JSON that x-ebay-signature holds in base64, with "
      + "the key that its kid names."
  }

  /// Returns whether the request has the header x-ebay-signature.
  public func isAddressed(by request: Request) -> Bool { request.headers.has("x-ebay-signature") }

  /// Checks the signature with the keys of the header's `kid`, and with configured keys without a
  /// name.
  ///
  /// - Throws: `Rejection.unverified` if the header is missing or can't be read, or the signature
  ///   isn't right. `Rejection.unavailable`, with the key's URL as `wantedKey`, if the key wasn't
  ///   fetched yet.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    guard let json = Base64.decode(try request.headers.value("x-ebay-signature")),
      let header = try? CheckedJSON(json).root, let kid = try header.member("kid")?.string,
      let signature = try header.member("signature")?.string.flatMap({ Base64.decode($0) })
    else { throw .unverified("header x-ebay-signature can't be read") }
    let algorithm = SigningAlgorithm.ecdsaP256(.sha1)
    let keys = try keys(kid).filter { $0.isUsable(at: now) }
    guard algorithm.hasLength(ofSignature: signature),
      let message = VerifiedMessage([request.body[...]], for: algorithm)
    else { throw .unverified("the signature has the wrong length") }
    let key = keys.first { $0.isSignature(signature, of: message, by: algorithm) }
    guard let key else { throw .unverified("the signature is not right for the key") }
    return Proof(verified: "signature:x-ebay-signature", secretName: key.name)
  }

  private func keys(_ kid: [UInt8]) throws(Rejection) -> [PublicKey] {
    guard 1...100 ~= kid.count,
      kid.allSatisfy({ ByteSet.words.contains($0) || $0 == UInt8(ascii: "-") })
    else { throw .unverified("the key's kid can't be read") }
    let url = Self.keyURL + String(decoding: kid, as: UTF8.self)
    let keys =
      publicKeys.filter { $0.name.map { $0.utf8.elementsEqual(kid) } ?? true }
      + keyStore.keys(from: url)
    guard !keys.isEmpty else {
      var rejection = Rejection.unavailable("the key has not been fetched yet")
      rejection.wantedKey = url
      throw rejection
    }
    return keys
  }
}
