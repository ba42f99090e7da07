import Verification

/// The content codings (RFC 9110, section 8.4) of bodies that are accepted.
enum ContentCoding: String, Sendable {
  /// One gzip member or several (RFC 1952). The name `x-gzip` means the same.
  case gzip
  /// A zlib stream (RFC 1950), or a deflate stream without that frame (RFC 1951), which .NET and
  /// `gzdeflate` of PHP send under this name.
  case deflate

  /// The name of the check in rejections for a content coding.
  static let check = "content-encoding"
  /// The value of Accept-Encoding that names the accepted codings.
  static let accepted = "gzip, deflate"

  /// The names that don't change the bytes. `utf-8` isn't a coding: senders that mistake the header
  /// for the character set write it.
  private static let meaningless: Set = ["", "identity", "utf-8"]

  /// Returns the coding of a request's body; nil if it has none. An empty body has none, whatever
  /// the header says.
  ///
  /// - Throws: a permanent rejection if there are several codings, or one that isn't accepted.
  static func coding(of request: Request) throws(Rejection) -> ContentCoding? {
    guard !request.body.isEmpty else { return nil }
    let names = request.headers.values(of: "content-encoding")
      .flatMap { $0.split(separator: UInt8(ascii: ",")) }
      .map { String(decoding: $0, as: UTF8.self).trimmed.lowercased() }
      .filter { !meaningless.contains($0) }
    guard let name = names.first else { return nil }
    guard names.count == 1 else {
      throw Rejection(
        .unsupported, check: check,
        "the body has \(names.count) content codings, and at most one is accepted")
    }
    guard let coding = ContentCoding(rawValue: name == "x-gzip" ? "gzip" : name) else {
      throw Rejection(
        .unsupported, check: check,
        "content coding \(String(name.prefix(40)).quoted) is not accepted, only gzip and deflate "
          + "are")
    }
    return coding
  }
}

extension String {
  /// The text without blanks and tabs around it.
  fileprivate var trimmed: String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
