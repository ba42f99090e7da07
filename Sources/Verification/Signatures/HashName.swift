import Crypto
import Foundation

/// A hash function, by the name that senders give it.
public enum HashName: String, Sendable, CaseIterable {
  case md5, sha1, sha256, sha384, sha512

  /// The hash of some bytes.
  func digest(of bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .md5: Insecure.MD5.hash(data: bytes).bytes
    case .sha1: Insecure.SHA1.hash(data: bytes).bytes
    case .sha256: SHA256.hash(data: bytes).bytes
    case .sha384: SHA384.hash(data: bytes).bytes
    case .sha512: SHA512.hash(data: bytes).bytes
    }
  }

  /// The hash in lower-case hexadecimal digits.
  public func hexDigest(of bytes: [UInt8]) -> String {
    String(decoding: Hex.encode(digest(of: bytes)), as: UTF8.self)
  }

  /// The keyed hash of some bytes (RFC 2104).
  func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    let key = SymmetricKey(data: key)
    return switch self {
    case .md5: HMAC<Insecure.MD5>.authenticationCode(for: bytes, using: key).bytes
    case .sha1: HMAC<Insecure.SHA1>.authenticationCode(for: bytes, using: key).bytes
    case .sha256: HMAC<SHA256>.authenticationCode(for: bytes, using: key).bytes
    case .sha384: HMAC<SHA384>.authenticationCode(for: bytes, using: key).bytes
    case .sha512: HMAC<SHA512>.authenticationCode(for: bytes, using: key).bytes
    }
  }
}

extension ContiguousBytes {
  // A sequence of them goes byte by byte.
  fileprivate var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}
