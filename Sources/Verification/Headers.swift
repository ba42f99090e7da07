/// The header fields of one request, in the order in which they came. A header that came twice is
/// two fields.
public struct Headers: Sendable {
  /// One header field.
  public struct Field: Sendable, Equatable {
    /// The name in lower case.
    public let name: String
    /// The value's bytes.
    public let value: [UInt8]
  }

  /// All fields, in the order in which they came.
  public private(set) var fields: [Field] = []

  /// Makes an empty list.
  public init() {}

  /// Takes fields as they were sent and lower-cases their names.
  public init(_ fields: [(name: String, value: String)]) {
    for field in fields { append(name: field.name, value: Array(field.value.utf8)) }
  }

  /// Appends a field and lower-cases its name.
  public mutating func append(name: String, value: [UInt8]) {
    // `lowercased()` allocates a string even when the name is in lower case already.
    let isLower = name.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) }
    fields.append(Field(name: isLower ? name : name.lowercased(), value: value))
  }

  /// Sets a header to one value and removes every value that it had.
  mutating func set(_ name: String, _ value: [UInt8]) {
    fields.removeAll { $0.name == name.lowercased() }
    append(name: name, value: value)
  }

  /// Returns every value of a header, in order. `name` has to be in lower case.
  public func values(of name: String) -> [[UInt8]] {
    fields.compactMap { $0.name == name ? $0.value : nil }
  }

  /// Returns the value of a header that a rule relies on.
  ///
  /// A header that came several times counts as its values joined by a comma and a blank (RFC 9110,
  /// 5.3). Most web servers pass it on like that, so a rule decides the same behind all of them. A
  /// rule whose header holds one value can't read the joined one and refuses it. A rule whose
  /// header is a list reads all entries.
  ///
  /// - Parameter name: The name as configured, in any case.
  /// - Returns: The value without the blanks around it, which don't belong to it (RFC 9110, 5.5).
  /// - Throws: `Rejection.unverified` if the header is missing.
  public func value(_ name: String) throws(Rejection) -> [UInt8] {
    let name = name.lowercased()
    guard let first = fields.firstIndex(where: { $0.name == name }) else {
      throw .unverified("header \(name) is missing")
    }
    guard fields[(first + 1)...].contains(where: { $0.name == name }) else {
      return fields[first].value.trimmed
    }
    return Array(values(of: name).joined(separator: Array(", ".utf8))).trimmed
  }

  /// Returns a remark for a rejection's reason, ` (it came 2 times)`; empty if the header came at
  /// most once.
  func repetition(of name: String) -> String {
    let count = values(of: name.lowercased()).count
    return count > 1 ? " (it came \(count) times)" : ""
  }
}
