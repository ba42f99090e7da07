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

  /// The value of a header that a rule relies on. One that came several times counts as its values joined by
  /// a comma and a blank (RFC 9110, 5.3): most web servers hand it over like that, and a rule says the same
  /// behind all of them. A rule whose header holds one value can't read the joined one, and refuses it; one
  /// whose header is a list reads on.
  ///
  /// - Parameter name: as configured, in any case.
  /// - Returns: the value without the blanks around it, which are no part of it (RFC 9110, 5.5).
  /// - Throws: `Refusal.unverified` if it is missing.
  public func value(_ name: String) throws(Refusal) -> [UInt8] {
    let name = name.lowercased()
    guard let first = fields.firstIndex(where: { $0.name == name }) else {
      throw .unverified("header \(name) is missing")
    }
    guard fields[(first + 1)...].contains(where: { $0.name == name }) else {
      return fields[first].value.trimmed
    }
    return Array(values(of: name).joined(separator: Array(", ".utf8))).trimmed
  }

  /// Words for a reason to refuse a header, where it came several times: ` (it came 2 times)`.
  func repetition(of name: String) -> String {
    let count = values(of: name.lowercased()).count
    return count > 1 ? " (it came \(count) times)" : ""
  }
}
