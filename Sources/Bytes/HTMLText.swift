/// Text as it may stand in HTML: between tags, or in an attribute's quotes of either kind.
///
/// The escaping works on bytes. A quote followed by a combining mark is one `Character`: code that
/// looks for the `Character` `"` misses that quote, and the attribute ends there (CVE-2026-27120).
public enum HTMLText {
  /// Returns the text with `&`, `<`, `>`, `"` and `'` as character references, whatever follows
  /// them.
  public static func escaped(_ text: String) -> String {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): escaped += "&amp;".utf8
      case UInt8(ascii: "<"): escaped += "&lt;".utf8
      case UInt8(ascii: ">"): escaped += "&gt;".utf8
      case UInt8(ascii: "\""): escaped += "&quot;".utf8
      case UInt8(ascii: "'"): escaped += "&#39;".utf8
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
