import Crypto
import CryptoExtras
import FoundationEssentials

/// A JSON Web Key Set (RFC 7517): a sender's public keys, named by their `kid`.
public struct KeySet: Sendable {
  /// The usable keys, in their order in the set.
  public let keys: [PublicKey]

  /// Reads a set. It skips keys of other kinds, and keys for encryption.
  ///
  /// - Throws: `Misconfiguration` if the bytes aren't a key set, or the set has no Ed25519, P-256
  ///   or RSA key (2,048 bits or more).
  public init(_ json: [UInt8]) throws(Misconfiguration) {
    do throws(Rejection) {
      var keys: [PublicKey] = []
      if let entries = try CheckedJSON(json).root.member("keys")?.elements {
        for entry in entries {
          if let key = try Self.key(entry) { keys.append(key) }
        }
      }
      self.keys = keys
    } catch {
      throw Misconfiguration("this isn't a JSON Web Key Set: \(error.reason)")
    }
    guard !keys.isEmpty else { throw Misconfiguration("this key set holds no key for signatures") }
  }

  private static func key(_ entry: JSONElement) throws(Rejection) -> PublicKey? {
    if try entry.member("use")?.string?.isText("enc") ?? false { return nil }
    guard let kind = try entry.member("kty")?.string, let material = try material(kind, entry)
    else { return nil }
    let name = try entry.member("kid")?.string.map { String(decoding: $0, as: UTF8.self) }
    return PublicKey(material, name: name)
  }

  private static func material(
    _ kind: [UInt8], _ entry: JSONElement
  ) throws(Rejection) -> PublicKey.Material? {
    let curve = try entry.member("crv")?.string ?? []
    if kind == Array("RSA".utf8) {
      guard let n = try bytes("n", entry), let e = try bytes("e", entry), n.count >= 256
      else { return nil }
      return (try? _RSA.Signing.PublicKey(n: n, e: e)).map { .rsa($0) }
    }
    guard let x = try bytes("x", entry) else { return nil }
    if kind == Array("OKP".utf8), curve == Array("Ed25519".utf8) {
      return (try? Curve25519.Signing.PublicKey(rawRepresentation: x)).map { .ed25519($0) }
    }
    guard kind == Array("EC".utf8), curve == Array("P-256".utf8), let y = try bytes("y", entry)
    else { return nil }
    return (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map { .p256($0) }
  }

  private static func bytes(_ name: String, _ entry: JSONElement) throws(Rejection) -> [UInt8]? {
    try entry.member(name)?.string.flatMap {
      Base64.decode($0, .url, padding: .optional, isCanonical: false)
    }
  }
}
