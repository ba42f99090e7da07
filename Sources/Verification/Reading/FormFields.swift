/// The fields of a query or of an `application/x-www-form-urlencoded` body, in order, found one after
/// another: a text of a million fields takes no more memory than one of none.
struct FormFields: Sequence {
  /// The most fields that are looked at: who sends them need not have proved anything.
  static let most = 10_000

  /// One `name=value`, as it stands in the text.
  struct Field: Equatable {
    let rawName: ArraySlice<UInt8>
    let rawValue: ArraySlice<UInt8>

    fileprivate init(_ part: ArraySlice<UInt8>) {
      let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      rawName = part[..<equals]
      rawValue = part[equals...].dropFirst()
    }

    /// The name, decoded.
    var name: [UInt8] { FormFields.decode(rawName, plus: UInt8(ascii: " ")) }
    /// The value, decoded.
    var value: [UInt8] { FormFields.decode(rawValue, plus: UInt8(ascii: " ")) }
    /// The value with `+` left as it is: some senders mean a plus by it.
    var valueWithPlus: [UInt8] { FormFields.decode(rawValue, plus: UInt8(ascii: "+")) }

    func isNamed(_ name: String) -> Bool {
      // Three bytes stand for one at most: what is longer need not be decoded.
      rawName.count <= 3 * name.utf8.count && self.name.elementsEqual(name.utf8)
    }
  }

  private let text: [UInt8]

  init(_ text: [UInt8]) { self.text = text }

  struct Iterator: IteratorProtocol {
    fileprivate var rest: ArraySlice<UInt8>

    mutating func next() -> Field? {
      while !rest.isEmpty {
        let part = rest.prefix { $0 != UInt8(ascii: "&") }
        rest = rest[part.endIndex...].dropFirst()
        if !part.isEmpty { return Field(part) }
      }
      return nil
    }
  }

  func makeIterator() -> Iterator { Iterator(rest: text[...]) }

  /// Whether a field of this name came at all, among those that are looked at.
  func has(_ name: String) -> Bool { prefix(Self.most).contains { $0.isNamed(name) } }

  /// The field that a rule relies on.
  ///
  /// - Parameter place: what the fields are, for the reason: `query parameter`.
  /// - Throws: `Refusal.unverified` if it is missing or came twice, or there are more than `most`.
  func single(_ name: String, _ place: String) throws(Refusal) -> Field {
    var field: Field?
    var count = 0
    for (index, one) in enumerated() {
      guard index < Self.most else { throw Self.tooMany(place) }
      guard one.isNamed(name) else { continue }
      field = field ?? one
      count += 1
    }
    guard let field else { throw .unverified("\(place) \(name) is missing") }
    guard count == 1 else { throw .unverified("\(place) \(name) came \(count) times") }
    return field
  }

  static func tooMany(_ place: String) -> Refusal {
    .unverified("there are more than \(most) fields where \(place)s are looked for")
  }

  /// A query without the parameters of one name, the others as they were sent.
  static func query(_ query: [UInt8], without name: String) -> [UInt8] {
    query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
      .filter { !Field($0).isNamed(name) }
      .joined(separator: [UInt8(ascii: "&")]).map { $0 }
  }

  /// Percent-encodes everything but letters, digits and `-._~`.
  static func encode(_ text: [UInt8]) -> [UInt8] {
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

  /// Percent-decodes; a `%` without two digits behind it stands for itself.
  static func decode(_ text: ArraySlice<UInt8>, plus: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    append(text, decodedWith: plus, to: &bytes)
    return bytes
  }

  /// Appends a text, percent-decoded.
  static func append(
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

extension Request {
  /// The parameters of the query.
  var parameters: FormFields { FormFields(query) }

  /// Whether the body says that it is a form.
  var isForm: Bool { isContent("application/x-www-form-urlencoded") }

  /// Whether the content type is this one, its parameters aside.
  func isContent(_ type: String) -> Bool {
    guard let value = try? headers.value("content-type") else { return false }
    return Array(value.prefix { $0 != UInt8(ascii: ";") }).trimmed.isText(type)
  }
}
