import Bytes
import Crypto
import FoundationEssentials

/// A body as it stands in task documents, and what they say of it. It is worked out once, and
/// shared by all tasks that contain it.
public struct EncodedBody: Sendable {
  /// The form in which the body stands in a document.
  public let encoding: BodyEncoding
  /// The content type that the sender gave, or the parser that made the body; empty if neither did.
  public let contentType: [UInt8]
  /// The bytes of the body before it was encoded.
  public let count: Int
  /// The SHA-256 of the body before it was encoded, in 64 lower-case hexadecimal digits.
  public let sha256: String
  /// The JSON value that stands for the body. A JSON body is used itself, without a copy.
  public let bytes: [UInt8]
  /// The body itself if it is JSON that not every parser reads, and so stands in the document as
  /// text.
  private let unportable: [UInt8]?

  /// Works out the encoding and the hash of a body. The content type is empty if it isn't known.
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

  /// Whether the body is JSON, in whichever way it stands in the document.
  public var isJSON: Bool { encoding == .json || unportable != nil }

  /// The JSON value that a jq program sees in place of the body: the JSON itself, even if it stands
  /// in the document as text. Half of a surrogate pair, which libjq doesn't read, is U+FFFD there.
  public var readable: [UInt8] { unportable.map(JSONText.replacingLoneSurrogates) ?? bytes }

  /// Returns the SHA-256 of bytes in 64 lower-case hexadecimal digits.
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

/// The way in which a body stands in a task document, as in `data.bodyEncoding`. Each gives the
/// exact bytes back.
public enum BodyEncoding: String, Sendable {
  /// The sender's own bytes, verbatim: `tail -c $((n+3)) f | head -c $n`, with `data.bodyBytes` as
  /// n.
  case json
  /// A string: `jq -j .data.body f`.
  case text
  /// A string in base64 (RFC 4648, section 4, padded): `jq -r .data.body f | base64 -d`.
  case base64

  private static let usual = Array("application/json".utf8)

  /// Chooses the encoding of a body.
  ///
  /// It is `json` if the content type says so and every parser reads the body
  /// (`JSONText.isPortable`), since the whole document would be unreadable otherwise. Else it is
  /// `text` if the body is UTF-8 without NUL. An empty body is `text`, whatever its type.
  public init(of body: [UInt8], contentType: [UInt8]) {
    if Self.isJSON(contentType), JSONText.isPortable(body) {
      self = .json
    } else if UTF8Text.isValid(body), !body.contains(0) {
      self = .text
    } else {
      self = .base64
    }
  }

  /// Whether a content type is JSON, in any case and with any parameters: `application/json`,
  /// `text/json`, or anything with the suffix `+json` (RFC 6839).
  public static func isJSON(_ contentType: [UInt8]) -> Bool {
    if contentType.elementsEqual(Self.usual) { return true }
    let essence = String(decoding: contentType.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
    let parts = essence.lowercased().split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let type = parts[0].drop { $0 == " " || $0 == "\t" }
    guard let end = parts[1].lastIndex(where: { $0 != " " && $0 != "\t" }) else { return false }
    let subtype = parts[1][...end]
    return subtype == "json" ? type == "application" || type == "text" : subtype.hasSuffix("+json")
  }
}
