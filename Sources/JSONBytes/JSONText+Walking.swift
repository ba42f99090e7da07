/// What stands in one array or object, found in one walk that keeps nothing but what was asked for.
///
/// The bytes are valid JSON (`isValid`), and a range or an offset is one of a value in it. Of
/// anything else the answers mean nothing, but there are some.
extension JSONText {
  /// How often an object has a member of one name, and where the value of the first stands.
  public struct Occurrence: Sendable, Equatable {
    /// How many members have the name, escaped or not.
    public fileprivate(set) var count = 0
    /// Where the value of the first of them stands; nil if there is none.
    public fileprivate(set) var value: Range<Int>?
  }

  /// Looks for the members of some names in the object that begins at an offset.
  ///
  /// - Parameter names: as UTF-8 with escapes decoded, each once.
  /// - Returns: what was found of each, in their order; nothing of any where no object begins.
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
      // Six bytes of an escape stand for one at least: what is longer is none that is wanted.
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

    /// - Parameter start: where the array begins. Of anything else there are no elements.
    public init(ofArrayAt start: Int, in bytes: [UInt8]) {
      self.bytes = bytes
      guard start < bytes.count, bytes[start] == .openingBracket else { return }
      let first = bytes.span.endOfWhiteSpace(from: start + 1)
      position = first < bytes.count && bytes[first] != .closingBracket ? first : nil
    }

    /// Where the next element stands.
    public mutating func next() -> Range<Int>? {
      guard let start = position else { return nil }
      let end = bytes.span.endOfValue(from: start)
      position = end > start ? bytes.span.nextItem(after: end) : nil
      return start..<end
    }
  }

  /// The text of the string that stands at a range, as UTF-8 with its escapes decoded; nil if what
  /// stands there is no string, or if half of a surrogate pair is in it: there is no UTF-8 for it.
  public static func wholeText(at range: Range<Int>, in bytes: [UInt8]) -> [UInt8]? {
    guard range.count >= 2, bytes[range.lowerBound] == .quote else { return nil }
    var text: [UInt8] = []
    text.reserveCapacity(range.count - 2)
    return bytes.span.decodeString(range, to: &text) ? text : nil
  }
}

extension Span<UInt8> {
  /// Where the item behind a comma begins; nil where the container ends.
  fileprivate func nextItem(after end: Int) -> Int? {
    let comma = endOfWhiteSpace(from: end)
    guard comma < count, self[comma] == .comma else { return nil }
    let next = endOfWhiteSpace(from: comma + 1)
    return next < count ? next : nil
  }

  /// The end of a colon and the white space around it.
  fileprivate func endOfColon(from start: Int) -> Int? {
    let colon = endOfWhiteSpace(from: start)
    guard colon < count, self[colon] == .colon else { return nil }
    return endOfWhiteSpace(from: colon + 1)
  }

  /// Whether a string without escapes, in its quotes, says some text.
  fileprivate func isString(_ quoted: Range<Int>, of text: [UInt8]) -> Bool {
    guard quoted.count == text.count + 2 else { return false }
    for offset in text.indices where self[quoted.lowerBound + 1 + offset] != text[offset] {
      return false
    }
    return true
  }
}
