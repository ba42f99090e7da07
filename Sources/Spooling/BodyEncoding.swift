import JSONBytes

/// How a body stands in a task document, as `data.bodyEncoding` says it. Each gives the exact bytes back.
public enum BodyEncoding: String, Sendable {
  /// The sender's own bytes, verbatim: `tail -c $((n+3)) f | head -c $n`, n being `data.bodyBytes`.
  case json
  /// A string: `jq -j .data.body f`.
  case text
  /// A string in base64 (RFC 4648, section 4, padded): `jq -r .data.body f | base64 -d`.
  case base64

  private static let usual = Array("application/json".utf8)

  /// The encoding of a body: JSON if it says so and is such that every parser reads it
  /// (`JSONText.isPortable`), since it makes the whole document what it is; else text if it is UTF-8
  /// without NUL. An empty body is text, whatever its type.
  public init(of body: [UInt8], contentType: [UInt8]) {
    if Self.isJSON(contentType), JSONText.isPortable(body) {
      self = .json
    } else if UTF8Text.isValid(body), !body.contains(0) {
      self = .text
    } else {
      self = .base64
    }
  }

  /// Whether a content type is one of JSON's, in any case and whatever its parameters:
  /// `application/json`, `text/json`, or anything with the suffix `+json` (RFC 6839).
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
