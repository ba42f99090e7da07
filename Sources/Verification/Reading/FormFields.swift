/// The fields of a query or of an `application/x-www-form-urlencoded` body, in order, decoded.
struct FormFields {
  /// One `name=value`.
  struct Field: Equatable {
    let name: [UInt8]
    let value: [UInt8]
    /// The value with `+` left as it is: some senders mean a plus by it.
    let valueWithPlus: [UInt8]
  }

  let fields: [Field]

  init(_ text: [UInt8]) {
    fields = text.split(separator: UInt8(ascii: "&")).map { part in
      let (name, value) = Self.halves(part)
      return Field(
        name: Self.decode(name, plus: UInt8(ascii: " ")),
        value: Self.decode(value, plus: UInt8(ascii: " ")),
        valueWithPlus: Self.decode(value, plus: UInt8(ascii: "+")))
    }
  }

  /// Whether a field of this name came at all.
  func has(_ name: String) -> Bool { fields.contains { $0.name.elementsEqual(name.utf8) } }

  /// The field that a rule relies on.
  ///
  /// - Parameter place: what the fields are, for the reason: `query parameter`.
  /// - Throws: `Refusal.unverified` if it is missing or came twice.
  func single(_ name: String, _ place: String) throws(Refusal) -> Field {
    let found = fields.filter { $0.name.elementsEqual(name.utf8) }
    guard let field = found.first else { throw .unverified("\(place) \(name) is missing") }
    guard found.count == 1 else { throw .unverified("\(place) \(name) came \(found.count) times") }
    return field
  }

  /// A query without the parameters of one name, the others as they were sent.
  static func query(_ query: [UInt8], without name: String) -> [UInt8] {
    query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
      .filter { !decode(halves($0).name, plus: UInt8(ascii: " ")).elementsEqual(name.utf8) }
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

  private static func halves(_ part: ArraySlice<UInt8>) -> (
    name: ArraySlice<UInt8>, value: ArraySlice<UInt8>
  ) {
    let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
    return (part[..<equals], part[equals...].dropFirst())
  }

  /// Percent-decodes; a `%` without two digits behind it stands for itself.
  static func decode(_ text: ArraySlice<UInt8>, plus: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let decoded = Hex.decode(rest.prefix(2)), decoded.count == 1 {
        bytes += decoded
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? plus : byte)
      }
    }
    return bytes
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
