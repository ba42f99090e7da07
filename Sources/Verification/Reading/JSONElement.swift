import JSONBytes

/// One value inside a JSON text that was checked.
struct JSONElement {
  /// The whole text, shared.
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

  /// A member of an object, or nil if there is none of this name, or this is no object.
  ///
  /// - Throws: `Refusal.unverified` if there are two: another reader may take the other.
  func member(_ name: String) throws(Refusal) -> JSONElement? { try members([name])[0] }

  /// The members of some names, found in one walk over the object; nil for each that isn't there.
  ///
  /// - Throws: `Refusal.unverified` if there are two of a name.
  func members(_ names: [String]) throws(Refusal) -> [JSONElement?] {
    let found = JSONBytes.JSONText.members(
      names.map { Array($0.utf8) }, ofObjectAt: range.lowerBound, in: bytes)
    var members: [JSONElement?] = []
    for (name, occurrence) in zip(names, found) {
      guard occurrence.count < 2 else {
        throw .unverified("the body has \(occurrence.count) members \(name)")
      }
      members.append(occurrence.value.map { JSONElement(bytes: bytes, range: $0) })
    }
    return members
  }

  /// The elements of an array, found one after another; none if this is no array.
  var elements: some Sequence<JSONElement> {
    JSONBytes.JSONText.Elements(ofArrayAt: range.lowerBound, in: bytes).lazy
      .map { JSONElement(bytes: bytes, range: $0) }
  }

  /// What a string says, in UTF-8; nil if this is none, or half of a surrogate pair is in it.
  var string: [UInt8]? { JSONBytes.JSONText.wholeText(at: range, in: bytes) }

  /// What a string says, or a number or boolean as it is written; nil for the rest.
  var text: [UInt8]? {
    isObject || isArray || isNull ? nil : string ?? (first == 0x22 ? nil : Array(raw))
  }

  /// The text, if it has at most so many bytes, and any for nil; of a much longer one no copy is made.
  func text(of most: Int?) -> [UInt8]? {
    guard let most else { return text }
    // Six bytes of an escape stand for one at least, and there are the quotes.
    guard range.count <= 6 * most + 2 else { return nil }
    return text.flatMap { $0.count <= most ? $0 : nil }
  }
}
