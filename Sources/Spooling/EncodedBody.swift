import Crypto
import Foundation
import JSONBytes

/// A body as it stands in task documents, with what they say of it: worked out once, shared by all tasks that carry it.
public struct EncodedBody: Sendable {
  public let encoding: BodyEncoding
  /// What the sender, or the parser that made it, calls its type; empty if nobody said.
  public let contentType: [UInt8]
  /// How many bytes it had before it was encoded.
  public let count: Int
  /// Its SHA-256 before it was encoded, in 64 lower-case hexadecimal digits.
  public let sha256: String
  /// The JSON value that stands for it. JSON is the body itself, not a copy.
  public let bytes: [UInt8]
  /// The body itself where it is JSON that not every parser reads, and so stands as text.
  private let unportable: [UInt8]?

  public init(_ body: [UInt8], contentType: [UInt8]) {
    self.contentType = contentType
    encoding = BodyEncoding(of: body, contentType: contentType)
    count = body.count
    sha256 = Self.sha256(of: body)
    unportable =
      encoding == .text && BodyEncoding.isJSON(contentType) && JSONText.isValid(body) ? body : nil
    switch encoding {
    case .json:
      bytes = body
    case .text:
      var text: [UInt8] = []
      JSONText.appendQuoted(body, to: &text)
      bytes = text
    case .base64:
      let quote = [UInt8(ascii: "\"")]
      bytes = quote + Data(body).base64EncodedData() + quote
    }
  }

  /// Whether it is JSON, however it stands in the document.
  public var isJSON: Bool { encoding == .json || unportable != nil }

  /// The JSON value that a jq program sees in its place: JSON itself, however it stands in the document.
  /// Half of a surrogate pair, which libjq does not read, is U+FFFD there.
  public var readable: [UInt8] { unportable.map(JSONText.replacingLoneSurrogates) ?? bytes }

  /// The SHA-256 of some bytes in 64 lower-case hexadecimal digits.
  public static func sha256(of bytes: [UInt8]) -> String {
    let hash = SHA256.hash(data: bytes)
    return String(unsafeUninitializedCapacity: 2 * SHA256.byteCount) { text in
      hash.withUnsafeBytes { hash in
        for (index, byte) in hash.enumerated() {
          (text[2 * index], text[2 * index + 1]) = byte.hexadecimalDigits
        }
      }
      return 2 * SHA256.byteCount
    }
  }
}
