import Bytes
import Crypto
import FoundationEssentials

/// A hash function, under the name that senders use.
public enum HashName: String, Sendable, CaseIterable {
  case md5, sha1, sha256, sha384, sha512

  /// The length of a hash in bytes.
  var byteCount: Int {
    switch self {
    case .md5: Insecure.MD5.byteCount
    case .sha1: Insecure.SHA1.byteCount
    case .sha256: SHA256.byteCount
    case .sha384: SHA384.byteCount
    case .sha512: SHA512.byteCount
    }
  }

  /// Returns the hash of some bytes.
  func digest(of bytes: [UInt8]) -> [UInt8] { digest(of: [bytes[...]]) }

  /// Returns the hash of pieces in a row.
  func digest(of message: SignedPieces) -> [UInt8] {
    hashed(message).withUnsafeBytes { Array($0) }
  }

  /// Returns the hash of pieces in a row, as the digest that public keys verify.
  func hashed(_ message: SignedPieces) -> any Digest {
    switch self {
    case .md5: Self.hashed(message, by: Insecure.MD5.self)
    case .sha1: Self.hashed(message, by: Insecure.SHA1.self)
    case .sha256: Self.hashed(message, by: SHA256.self)
    case .sha384: Self.hashed(message, by: SHA384.self)
    case .sha512: Self.hashed(message, by: SHA512.self)
    }
  }

  private static func hashed<H: HashFunction>(_ message: SignedPieces, by: H.Type) -> H.Digest {
    var hash = H()
    for piece in message { hash.update(data: piece) }
    return hash.finalize()
  }

  /// Returns the hash in lower-case hexadecimal digits.
  public func hexDigest(of bytes: [UInt8]) -> String {
    String(decoding: Hex.encode(digest(of: bytes)), as: UTF8.self)
  }

  /// Returns the HMAC of some bytes (RFC 2104).
  func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    authenticationCode(of: [bytes[...]], key: key)
  }

  /// Returns the HMAC of pieces in a row.
  func authenticationCode(of message: SignedPieces, key: [UInt8]) -> [UInt8] {
    switch self {
    case .md5: Self.code(of: message, key, by: Insecure.MD5.self)
    case .sha1: Self.code(of: message, key, by: Insecure.SHA1.self)
    case .sha256: Self.code(of: message, key, by: SHA256.self)
    case .sha384: Self.code(of: message, key, by: SHA384.self)
    case .sha512: Self.code(of: message, key, by: SHA512.self)
    }
  }

  private static func code<H: HashFunction>(
    of message: SignedPieces, _ key: [UInt8], by: H.Type
  ) -> [UInt8] {
    var code = HMAC<H>(key: SymmetricKey(data: key))
    for piece in message { code.update(data: piece) }
    // `Array(code)` would copy byte by byte.
    return code.finalize().withUnsafeBytes { Array($0) }
  }
}

/// A message in pieces, in order. The pieces share the bytes of the request and aren't copied.
typealias SignedPieces = [ArraySlice<UInt8>]
