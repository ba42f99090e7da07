import Bytes
import Crypto
import CryptoExtras
import FoundationEssentials
import X509

/// A sender's public key, parsed.
public struct PublicKey: Sendable {
  enum Material: Sendable {
    case ed25519(Curve25519.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case rsa(_RSA.Signing.PublicKey)
  }

  let material: Material
  /// The administrator's name for it, or its `kid` in a key set, logged when it matches; nil if it
  /// has none.
  public let name: String?
  /// The last moment at which it matches: the configured one, or the end of its certificate if that
  /// is sooner; nil for no end.
  public let notAfter: Date?

  init(_ material: Material, name: String?, notAfter: Date? = nil) {
    self.material = material
    self.name = name
    self.notAfter = notAfter
  }

  /// Returns whether its end hasn't passed at this moment.
  public func isUsable(at now: Date) -> Bool { notAfter.map { now <= $0 } ?? true }

  /// The kind of key: `Ed25519`, `P-256` or `RSA`.
  public var kind: String {
    switch material {
    case .ed25519: "Ed25519"
    case .p256: "P-256"
    case .rsa: "RSA"
    }
  }

  /// Reads a key in any form in which senders publish one: PEM (a public key or a certificate),
  /// base64 of the same DER without the PEM lines, `whpk_` and base64, or the 32 bytes of an
  /// Ed25519 key as hexadecimal digits or base64.
  ///
  /// - Throws: `Misconfiguration` for any other text, or an RSA key of fewer than 2,048 bits.
  public init(_ text: String, name: String? = nil, notAfter: Date? = nil) throws(Misconfiguration) {
    let text = text.trimmed
    if text.contains("BEGIN CERTIFICATE") {
      try self.init(certificate: text, name: name, notAfter: notAfter)
      return
    }
    guard let material = Self.material(text) else {
      throw Misconfiguration(
        "this isn't an Ed25519, P-256 or RSA public key (RSA: at least 2,048 bits)")
    }
    self.init(material, name: name, notAfter: notAfter)
  }

  private init(certificate text: String, name: String?, notAfter: Date?) throws(Misconfiguration) {
    guard let certificate = try? Certificate(pemEncoded: text) else {
      throw Misconfiguration("this certificate can't be read")
    }
    let end = min(notAfter ?? .distantFuture, certificate.notValidAfter)
    if let key = P256.Signing.PublicKey(certificate.publicKey) {
      self.init(.p256(key), name: name, notAfter: end)
    } else if let key = _RSA.Signing.PublicKey(certificate.publicKey) {
      self.init(.rsa(key), name: name, notAfter: end)
    } else {
      throw Misconfiguration("this certificate holds no P-256 or RSA key")
    }
  }

  private static func material(_ text: String) -> Material? {
    if text.hasPrefix("-----BEGIN") {
      // The base64 between the PEM lines. Some senders write all of it on one line.
      let base64 = text.split(separator: "-----").dropFirst().first ?? ""
      return decode(base64.filter { !$0.isWhitespace }).flatMap(material(der:))
    }
    let bytes = Array(text.utf8)
    let raw = bytes.count == 64 ? Hex.decode(bytes) : decode(text.replacing("whpk_", with: ""))
    guard let raw else { return nil }
    return raw.count == 32 ? ed25519(raw) : material(der: raw)
  }

  private static func material(der: [UInt8]) -> Material? {
    // An Ed25519 key in DER (RFC 8410) is these twelve bytes and the key.
    let frame = Hex.decode("302a300506032b6570032100".utf8) ?? []
    if der.count == 44, der.starts(with: frame) { return ed25519(Array(der.dropFirst(12))) }
    if let key = try? P256.Signing.PublicKey(derRepresentation: der) { return .p256(key) }
    return (try? _RSA.Signing.PublicKey(derRepresentation: der)).map(Material.rsa)
  }

  private static func ed25519(_ raw: [UInt8]) -> Material? {
    (try? Curve25519.Signing.PublicKey(rawRepresentation: raw)).map(Material.ed25519)
  }

  private static func decode(_ base64: String) -> [UInt8]? {
    Base64.decode(Array(base64.utf8), .either, padding: .optional)
  }
}
