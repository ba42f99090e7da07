import Verification

/// How a body was coded for its way (RFC 9110, section 8.4), of the ways that are taken.
enum ContentCoding: String, Sendable {
  /// One gzip member or several (RFC 1952); `x-gzip` is the same.
  case gzip
  /// A zlib stream (RFC 1950), or a deflate stream without that frame (RFC 1951), which .NET and
  /// `gzdeflate` of PHP send under this name.
  case deflate

  /// What rejections for a coding go by.
  static let check = "content-encoding"
  /// What a sender is told of the codings that are taken.
  static let accepted = "gzip, deflate"

  /// Names that say nothing of the bytes. `utf-8` is no coding; senders that mistake the header for the
  /// character set write it.
  private static let meaningless: Set = ["", "identity", "utf-8"]

  /// The coding of a request's body; nil if it has none. An empty body has none, whatever is said of it.
  ///
  /// - Throws: a permanent rejection for several codings, or one that isn't taken.
  static func coding(of request: Request) throws(Rejection) -> ContentCoding? {
    guard !request.body.isEmpty else { return nil }
    let names = request.headers.values(of: "content-encoding")
      .flatMap { $0.split(separator: UInt8(ascii: ",")) }
      .map { String(decoding: $0, as: UTF8.self).trimmed.lowercased() }
      .filter { !meaningless.contains($0) }
    guard let name = names.first else { return nil }
    guard names.count == 1 else {
      throw Rejection(.unsupported, check: check, "the body has \(names.count) content codings")
    }
    guard let coding = ContentCoding(rawValue: name == "x-gzip" ? "gzip" : name) else {
      throw Rejection(
        .unsupported, check: check,
        "content coding \(String(name.prefix(40)).quoted) is not taken, only gzip and deflate")
    }
    return coding
  }
}

extension String {
  /// Without blanks and tabs around it.
  fileprivate var trimmed: String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
