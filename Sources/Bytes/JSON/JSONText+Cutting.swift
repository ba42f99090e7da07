extension JSONText {
  /// One step from an array or object to a value in it.
  public enum Step: Sendable, Hashable {
    /// The member of that name, as UTF-8 with escapes decoded. If the name repeats, the last member
    /// counts, as in jq.
    case key([UInt8])
    /// The element at that index, counted from 0.
    case index(Int)
  }

  /// Finds the value that a path leads to in a JSON text. The empty path leads to the whole value.
  ///
  /// - Parameters:
  ///   - path: the steps from the outermost value.
  ///   - bytes: valid JSON (`isValid`). For other bytes the result is arbitrary, but the function
  ///     returns.
  /// - Returns: where the value stands, without the white space around it; nil if the path leads to
  ///   nothing.
  public static func range(of path: [Step], in bytes: [UInt8]) -> Range<Int>? {
    ranges(of: [path], in: bytes)[0]
  }

  /// Finds the values of many paths in one walk over the text.
  ///
  /// Ten thousand elements of an array take no longer than the last of them alone.
  ///
  /// - Parameters:
  ///   - paths: in any order. Paths may repeat, and one may be the beginning of another.
  ///   - bytes: valid JSON, as for `range(of:in:)`.
  /// - Returns: a range, or nil, for each path, in the order of `paths`.
  public static func ranges(of paths: [[Step]], in bytes: [UInt8]) -> [Range<Int>?] {
    var tree = PathTree()
    let leaves = paths.map { tree.insert($0) }
    tree.walk(bytes.span)
    let found = tree.found()
    return leaves.map { found[$0] }
  }

  /// Decodes the string at a range of a JSON text.
  ///
  /// Half of a surrogate pair becomes U+FFFD, because UTF-8 can't express it.
  ///
  /// - Parameters:
  ///   - range: a result of `range(of:in:)` for the same bytes.
  ///   - bytes: the JSON text.
  /// - Returns: UTF-8 with escapes decoded; nil if the value there isn't a string.
  public static func text(at range: Range<Int>, in bytes: [UInt8]) -> [UInt8]? {
    guard range.count >= 2, bytes[range.lowerBound] == .quote else { return nil }
    var text: [UInt8] = []
    bytes.span.decodeString(range, to: &text)
    return text
  }

  /// Puts U+FFFD in the place of each escape of half a surrogate pair, for readers that refuse
  /// these escapes.
  ///
  /// Every value keeps its offset.
  ///
  /// - Parameter bytes: valid JSON.
  /// - Returns: the JSON text, as long as `bytes`.
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
