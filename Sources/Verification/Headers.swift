/// The header fields of one request, in the order they came in, repeated ones apart.
public struct Headers: Sendable {
  /// One header field.
  public struct Field: Sendable, Equatable {
    /// The name in lower case.
    public let name: String
    /// The value's bytes.
    public let value: [UInt8]
  }

  public private(set) var fields: [Field] = []

  public init() {}

  /// Takes fields as they were sent; names are lower-cased.
  public init(_ fields: [(name: String, value: String)]) {
    for field in fields { append(name: field.name, value: Array(field.value.utf8)) }
  }

  public mutating func append(name: String, value: [UInt8]) {
    // Lower-casing makes a new string, also of one that is in lower case.
    let isLower = name.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) }
    fields.append(Field(name: isLower ? name : name.lowercased(), value: value))
  }

  /// Puts one value in the place of whatever there is.
  mutating func set(_ name: String, _ value: [UInt8]) {
    fields.removeAll { $0.name == name.lowercased() }
    append(name: name, value: value)
  }

  /// Every value of a header, in order; `name` is in lower case.
  public func values(of name: String) -> [[UInt8]] {
    fields.compactMap { $0.name == name ? $0.value : nil }
  }

  /// The value of a header that a rule relies on: it has to be there exactly once.
  ///
  /// - Throws: `Refusal.unverified` if it is missing, or came twice: of two values the web server,
  ///   a proxy and this process might each pick another.
  public func single(_ name: String) throws(Refusal) -> [UInt8] {
    guard let first = fields.firstIndex(where: { $0.name == name }) else {
      throw .unverified("header \(name) is missing")
    }
    guard !fields[(first + 1)...].contains(where: { $0.name == name }) else {
      throw .unverified("header \(name) came \(values(of: name).count) times")
    }
    return fields[first].value
  }
}
