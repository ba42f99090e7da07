import Bytes
import Spooling

/// A delivery as a parser sees it.
struct ParserInput {
  /// The byte-order mark of UTF-8, with which some senders begin a text.
  static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  let body: EncodedBody
  /// The sender's bytes.
  let bytes: [UInt8]
  /// The most items that the delivery may have.
  let most: Int
  let limits: JQLimits
  /// Returns the task document with this body instead of the sender's; with the sender's for nil.
  let document: (EncodedBody?) throws(JQFailure) -> JQValue

  /// The content type as the sender wrote it.
  var contentType: [UInt8] { body.contentType }

  /// The most bytes that all items may have together. A short body can describe large items, and
  /// they must not take all memory.
  var mostBytes: Int { 32 * bytes.count + (1 << 20) }

  /// Returns a parameter of the content type, without its quotes: `charset`, `boundary`.
  func parameter(_ name: String) -> [UInt8]? {
    HeaderParameters(contentType).value(of: name)
  }
}
