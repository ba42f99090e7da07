extension JSONText {
  /// One step from an array or object to what it holds.
  public enum Step: Sendable, Hashable {
    /// The member of that name, as UTF-8 with escapes decoded. Of several the last counts, as for jq.
    case key([UInt8])
    /// The element at that place, counted from 0.
    case index(Int)
  }

  /// Where the value that a path leads to stands in a JSON text, without the white space around it;
  /// nil if there is none. The empty path leads to the whole value.
  ///
  /// - Parameter bytes: valid JSON (`isValid`). Of anything else the answer means nothing, but there is one.
  public static func range(of path: [Step], in bytes: [UInt8]) -> Range<Int>? {
    ranges(of: [path], in: bytes)[0]
  }

  /// The same for many paths in one walk over the text, which takes no longer for ten thousand
  /// elements of an array than for the last of them.
  ///
  /// - Parameter paths: in any order; they may repeat, and lead into each other.
  /// - Returns: a range, or nil, for each path, in their order.
  public static func ranges(of paths: [[Step]], in bytes: [UInt8]) -> [Range<Int>?] {
    var tree = PathTree()
    let leaves = paths.map { tree.insert($0) }
    tree.walk(bytes.span)
    let found = tree.found()
    return leaves.map { found[$0] }
  }

  /// The text of the string that stands at a range of a JSON text, as UTF-8 with its escapes
  /// decoded; nil if what stands there is no string.
  ///
  /// Half of a surrogate pair becomes U+FFFD: there is no UTF-8 for it.
  ///
  /// - Parameter range: as `range(of:in:)` gave it for the same bytes.
  public static func text(at range: Range<Int>, in bytes: [UInt8]) -> [UInt8]? {
    guard range.count >= 2, bytes[range.lowerBound] == .quote else { return nil }
    var text: [UInt8] = []
    bytes.span.decodeString(range, to: &text)
    return text
  }

  /// The same JSON text with U+FFFD in the place of each escape of half a surrogate pair, for readers
  /// that refuse those. Nothing moves: every value stands where it stood.
  ///
  /// - Parameter bytes: valid JSON.
  public static func replacingLoneSurrogates(_ bytes: [UInt8]) -> [UInt8] {
    var text = bytes
    var position = bytes.firstIndex(of: .backslash) ?? bytes.count
    while position + 1 < bytes.count {
      guard bytes[position] == .backslash else {
        position += 1
        continue
      }
      if bytes.span.isPair(at: position) {
        position += 12
      } else if let unit = bytes.span.unit(at: position), 0xD800..<0xE000 ~= unit {
        for (offset, digit) in "fffd".utf8.enumerated() { text[position + 2 + offset] = digit }
        position += 6
      } else {
        position += 2
      }
    }
    return text
  }
}
