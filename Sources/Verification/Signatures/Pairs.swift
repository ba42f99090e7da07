/// The pairs of a header that is a list of `key=value`: `t=1790000000,v1=783a…`.
struct Pairs {
  let pairs: [(key: [UInt8], value: [UInt8])]

  /// Splits the text into pairs. Entries without `=` and blanks around a pair are skipped.
  init(_ text: [UInt8], separator: Character) {
    let entries = text.entries(partedBy: separator.asciiValue ?? UInt8(ascii: ","))
    pairs = entries.compactMap { pair in
      guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      return (Array(pair[..<equals]), Array(pair[(equals + 1)...]))
    }
  }

  /// Returns every value of a key.
  func values(of key: String) -> [[UInt8]] {
    pairs.filter { $0.key.elementsEqual(key.utf8) }.map(\.value)
  }

  /// Returns the value of a key that a rule relies on.
  ///
  /// - Throws: `Rejection.unverified` if the key is missing or came twice: otherwise one value
  ///   could be checked and the other one signed.
  func single(_ key: String) throws(Rejection) -> [UInt8] {
    let found = values(of: key)
    guard let value = found.first else { throw .unverified("the list of signatures has no \(key)") }
    guard found.count == 1 else {
      throw .unverified("the list of signatures has \(key) \(found.count) times")
    }
    return value
  }
}
