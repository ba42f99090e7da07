/// The fields of a query or of an `application/x-www-form-urlencoded` body, in order. They are
/// found lazily: a text of a million fields takes no more memory than an empty one.
package struct FormFields: Sequence {
  /// The most fields that are visited in one text. Its sender needn't have proved anything.
  package static let most = 10_000

  /// One `name=value` as it stands in the text.
  package struct Field: Equatable {
    package let rawName: ArraySlice<UInt8>
    package let rawValue: ArraySlice<UInt8>

    /// Reads a text without `&`. Without `=`, it is a name with an empty value.
    package init(_ part: ArraySlice<UInt8>) {
      let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      rawName = part[..<equals]
      rawValue = part[equals...].dropFirst()
    }

    /// The name, decoded.
    package var name: [UInt8] { FormFields.decode(rawName, plus: UInt8(ascii: " ")) }
    /// The value, decoded.
    package var value: [UInt8] { FormFields.decode(rawValue, plus: UInt8(ascii: " ")) }
    /// The value with `+` left as it is, because some senders mean a plus.
    package var valueWithPlus: [UInt8] { FormFields.decode(rawValue, plus: UInt8(ascii: "+")) }

    package func isNamed(_ name: String) -> Bool {
      // Three bytes encode at least one, so a longer raw name can't match and needn't be decoded.
      rawName.count <= 3 * name.utf8.count && self.name.elementsEqual(name.utf8)
    }
  }

  private let text: [UInt8]

  package init(_ text: [UInt8]) { self.text = text }

  package struct Iterator: IteratorProtocol {
    fileprivate var rest: ArraySlice<UInt8>

    package mutating func next() -> Field? {
      while !rest.isEmpty {
        let part = rest.prefix { $0 != UInt8(ascii: "&") }
        rest = rest[part.endIndex...].dropFirst()
        if !part.isEmpty { return Field(part) }
      }
      return nil
    }
  }

  package func makeIterator() -> Iterator { Iterator(rest: text[...]) }

  /// Returns whether a field of this name is among the first `most` fields.
  package func has(_ name: String) -> Bool { prefix(Self.most).contains { $0.isNamed(name) } }

  /// Returns a query without the parameters of one name. The others stay as they were sent.
  package static func query(_ query: [UInt8], without name: String) -> [UInt8] {
    query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
      .filter { !Field($0).isNamed(name) }
      .joined(separator: [UInt8(ascii: "&")]).map { $0 }
  }

  /// Percent-encodes every byte but letters, digits and `-._~`.
  package static func encode(_ text: [UInt8]) -> [UInt8] {
    text.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        [byte]
      default: [UInt8(ascii: "%")] + Hex.encode([byte])
      }
    }
  }

  /// Percent-decodes a text. A `%` without two hexadecimal digits after it stays as it is.
  package static func decode(_ text: ArraySlice<UInt8>, plus: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    append(text, decodedWith: plus, to: &bytes)
    return bytes
  }

  /// Appends a text, percent-decoded.
  package static func append(
    _ text: ArraySlice<UInt8>, decodedWith plus: UInt8, to bytes: inout [UInt8]
  ) {
    let span = text.span
    var position = 0
    while position < span.count {
      let byte = span[position]
      position += 1
      if byte == UInt8(ascii: "%"), position + 1 < span.count,
        let high = Hex.value(span[position]), let low = Hex.value(span[position + 1])
      {
        bytes.append(high << 4 | low)
        position += 2
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? plus : byte)
      }
    }
  }
}
