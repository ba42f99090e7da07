/// Looks into one array or object, in one walk that keeps only the results that were asked for.
///
/// The bytes have to be valid JSON (`isValid`), and a range or offset has to be that of a value in
/// them. For anything else the results are arbitrary, but the functions return.
extension JSONText {
  /// How often an object has a member of one name, and where the value of the first one stands.
  public struct Occurrence: Sendable, Equatable {
    /// How many members have the name, escaped or not.
    public fileprivate(set) var count = 0
    /// Where the value of the first of these members stands; nil if the object has none.
    public fileprivate(set) var value: Range<Int>?
  }

  /// Looks for the members of some names in the object that begins at an offset.
  ///
  /// - Parameters:
  ///   - names: as UTF-8 with escapes decoded, each once.
  ///   - start: the offset of the object's brace.
  ///   - bytes: valid JSON.
  /// - Returns: one result for each name, in the order of `names`. Each has a count of 0 if no
  ///   object begins at `start`.
  public static func members(
    _ names: [[UInt8]], ofObjectAt start: Int, in bytes: [UInt8]
  ) -> [Occurrence] {
    var found = [Occurrence](repeating: Occurrence(), count: names.count)
    var name: [UInt8] = []
    let longest = names.map(\.count).max() ?? 0
    let span = bytes.span
    guard start < span.count, span[start] == .openingBrace else { return found }
    var position = span.endOfWhiteSpace(from: start + 1)
    while position < span.count, span[position] == .quote {
      let quoted = position..<min(span.endOfTrustedString(from: position), span.count)
      guard let value = span.endOfColon(from: quoted.upperBound) else { break }
      position = span.endOfValue(from: value)
      // An escape has at most six bytes for each byte of text: a name longer than this isn't
      // wanted.
      if quoted.count - 2 <= 6 * longest {
        let isPlain =
          span.firstQuoteOrBackslash(from: quoted.lowerBound + 1) + 1 >= quoted.upperBound
        if !isPlain {
          name.removeAll(keepingCapacity: true)
          span.decodeString(quoted, to: &name)
        }
        for index in names.indices
        where isPlain ? span.isString(quoted, of: names[index]) : name == names[index] {
          found[index].count += 1
          if found[index].count == 1 { found[index].value = value..<position }
        }
      }
      guard let next = span.nextItem(after: position) else { break }
      position = next
    }
    return found
  }

  /// The elements of an array, one after another.
  public struct Elements: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position: Int?

    /// Makes the sequence.
    ///
    /// - Parameters:
    ///   - start: the offset of an array. For another value, the sequence is empty.
    ///   - bytes: valid JSON.
    public init(ofArrayAt start: Int, in bytes: [UInt8]) {
      self.bytes = bytes
      guard start < bytes.count, bytes[start] == .openingBracket else { return }
      let first = bytes.span.endOfWhiteSpace(from: start + 1)
      position = first < bytes.count && bytes[first] != .closingBracket ? first : nil
    }

    /// Returns where the next element stands; nil behind the last one.
    public mutating func next() -> Range<Int>? {
      guard let start = position else { return nil }
      let end = bytes.span.endOfValue(from: start)
      position = end > start ? bytes.span.nextItem(after: end) : nil
      return start..<end
    }
  }

  /// Returns the text of the string at a range, as UTF-8 with escapes decoded.
  ///
  /// - Returns: nil if the value there isn't a string, or if it contains half of a surrogate pair,
  ///   which UTF-8 can't express.
  public static func wholeText(at range: Range<Int>, in bytes: [UInt8]) -> [UInt8]? {
    guard range.count >= 2, bytes[range.lowerBound] == .quote else { return nil }
    var text: [UInt8] = []
    text.reserveCapacity(range.count - 2)
    return bytes.span.decodeString(range, to: &text) ? text : nil
  }
}

extension Span<UInt8> {
  /// Returns where the item behind a comma begins; nil where the container ends.
  fileprivate func nextItem(after end: Int) -> Int? {
    let comma = endOfWhiteSpace(from: end)
    guard comma < count, self[comma] == .comma else { return nil }
    let next = endOfWhiteSpace(from: comma + 1)
    return next < count ? next : nil
  }

  /// Returns the end of a colon and the white space around it; nil if there isn't a colon.
  fileprivate func endOfColon(from start: Int) -> Int? {
    let colon = endOfWhiteSpace(from: start)
    guard colon < count, self[colon] == .colon else { return nil }
    return endOfWhiteSpace(from: colon + 1)
  }

  /// Whether a string without escapes, quotes included, stands for a text.
  fileprivate func isString(_ quoted: Range<Int>, of text: [UInt8]) -> Bool {
    guard quoted.count == text.count + 2 else { return false }
    for offset in text.indices where self[quoted.lowerBound + 1 + offset] != text[offset] {
      return false
    }
    return true
  }
}
