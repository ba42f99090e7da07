/// A header that is a list of `key=value`: `t=1790000000,v1=783a…`.
struct Pairs {
  let pairs: [(key: [UInt8], value: [UInt8])]

  /// What has no `=` in it is skipped; so are the blanks around a pair.
  init(_ text: [UInt8], separator: Character) {
    let entries = text.entries(partedBy: separator.asciiValue ?? UInt8(ascii: ","))
    pairs = entries.compactMap { pair in
      guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      return (Array(pair[..<equals]), Array(pair[(equals + 1)...]))
    }
  }

  /// Every value of a key.
  func values(of key: String) -> [[UInt8]] {
    pairs.filter { $0.key.elementsEqual(key.utf8) }.map(\.value)
  }

  /// The value of a key that a rule relies on.
  ///
  /// - Throws: `Refusal.unverified` if it is missing or came twice: it must not be checked against
  ///   one and signed with the other.
  func single(_ key: String) throws(Refusal) -> [UInt8] {
    let found = values(of: key)
    guard let value = found.first else { throw .unverified("the list of signatures has no \(key)") }
    guard found.count == 1 else {
      throw .unverified("the list of signatures has \(key) \(found.count) times")
    }
    return value
  }
}
