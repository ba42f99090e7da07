import Bytes

/// A JSON text (RFC 8259) that is checked as a whole and then read in place.
///
/// A text that decides about a request must have one meaning only. Foundation's reader silently
/// takes one of two members of the same name. It loses the digits of numbers and the exact text of
/// a node, which some senders sign. It builds the whole tree to find one string.
struct CheckedJSON {
  /// The deepest nesting that is accepted.
  static let depth = 100
  /// The most array elements that are visited in one text. An unverified sender can make as many as
  /// it likes.
  static let mostElements = 10_000

  /// The outermost value.
  let root: JSONElement

  /// - Throws: `Rejection.unverified` for a text that isn't JSON in UTF-8, or is nested too deeply.
  ///   A byte order mark is skipped (RFC 8259, 8.1, allows it; Business Central sent one).
  init(_ bytes: [UInt8]) throws(Rejection) {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if let place = JSONText.firstInvalid(
      in: bytes.span.extracting(start...), maximumDepth: Self.depth)
    {
      throw .unverified("the body isn't JSON in UTF-8, from byte \(start + place) on")
    }
    let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let first = bytes[start...].firstIndex { !isBlank($0) } ?? start
    let last = bytes[first...].lastIndex { !isBlank($0) } ?? first
    root = JSONElement(bytes: bytes, range: first..<last + 1)
  }
}

extension Request {
  /// Returns the body as JSON. It is checked once, however many rules read it.
  ///
  /// - Throws: `Rejection.unverified` if the body isn't JSON.
  func json() throws(Rejection) -> CheckedJSON { try reading.json(of: body) }
}

/// The results of reading one body, shared by the rules. Only one thread reads them, so nobody
/// waits for the lock.
final class BodyReading: Sendable {
  private let kept = Mutex<Result<CheckedJSON, Rejection>?>(nil)

  fileprivate func json(of body: [UInt8]) throws(Rejection) -> CheckedJSON {
    let result = kept.withLock { kept in
      let result = kept ?? Result { () throws(Rejection) in try CheckedJSON(body) }
      kept = result
      return result
    }
    return try result.get()
  }
}

/// One value inside a checked JSON text.
struct JSONElement {
  /// The whole text, shared by all its elements.
  private let bytes: [UInt8]
  private let range: Range<Int>

  init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  /// The value's exact bytes.
  var raw: ArraySlice<UInt8> { bytes[range] }

  private var first: UInt8 { bytes[range.lowerBound] }
  var isObject: Bool { first == UInt8(ascii: "{") }
  var isArray: Bool { first == UInt8(ascii: "[") }
  var isString: Bool { first == UInt8(ascii: "\"") }
  var isNull: Bool { first == UInt8(ascii: "n") }
  var isTrue: Bool { first == UInt8(ascii: "t") }

  /// Returns a member of an object; nil if it is missing, or the value isn't an object.
  ///
  /// - Throws: `Rejection.unverified` if the name occurs twice: another reader may take the other
  ///   one.
  func member(_ name: String) throws(Rejection) -> JSONElement? { try members([name])[0] }

  /// Returns the members with these names after one walk over the object; nil for each that is
  /// missing.
  ///
  /// - Throws: `Rejection.unverified` if one of the names occurs twice.
  func members(_ names: [String]) throws(Rejection) -> [JSONElement?] {
    let found = JSONText.members(
      names.map { Array($0.utf8) }, ofObjectAt: range.lowerBound, in: bytes)
    var members: [JSONElement?] = []
    for (name, occurrence) in zip(names, found) {
      guard occurrence.count < 2 else {
        throw .unverified("the body has \(occurrence.count) members called \(name)")
      }
      members.append(occurrence.value.map { JSONElement(bytes: bytes, range: $0) })
    }
    return members
  }

  /// The elements of an array, found lazily; empty if the value isn't an array.
  var elements: some Sequence<JSONElement> {
    JSONText.Elements(ofArrayAt: range.lowerBound, in: bytes).lazy
      .map { JSONElement(bytes: bytes, range: $0) }
  }

  /// The text of a string, in UTF-8; nil if the value isn't a string, or contains half of a
  /// surrogate pair.
  var string: [UInt8]? { JSONText.wholeText(at: range, in: bytes) }

  /// The text of a string, or a number or boolean as written; nil for other values.
  var text: [UInt8]? {
    isObject || isArray || isNull ? nil : string ?? (first == 0x22 ? nil : Array(raw))
  }

  /// Returns the text if it has at most `most` bytes, or of any length if `most` is nil. A much
  /// longer text isn't copied.
  func text(of most: Int?) -> [UInt8]? {
    guard let most else { return text }
    // An escape has at most six bytes and stands for at least one; the two quotes come on top.
    guard range.count <= 6 * most + 2 else { return nil }
    return text.flatMap { $0.count <= most ? $0 : nil }
  }
}
