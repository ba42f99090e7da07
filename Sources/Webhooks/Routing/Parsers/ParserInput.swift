import Spooling

/// A delivery, as parsers see it.
struct ParserInput {
  /// What stands before UTF-8, where somebody saw fit to say so.
  static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  let body: EncodedBody
  /// The sender's bytes.
  let bytes: [UInt8]
  /// The most items that it may have.
  let most: Int
  let limits: JQLimits
  /// The task document with a body in the place of the sender's; nil for the sender's own.
  let document: (EncodedBody?) throws(JQFailure) -> JQValue

  /// The content type as the sender wrote it.
  var contentType: [UInt8] { body.contentType }

  /// The most bytes that the items may have together: what a batch says in few bytes must not take
  /// all memory.
  var mostBytes: Int { 32 * bytes.count + (1 << 20) }

  /// A parameter of the content type, without its quotes: `charset`, `boundary`.
  func parameter(_ name: String) -> [UInt8]? {
    HeaderParameters(contentType).value(of: name)
  }
}
