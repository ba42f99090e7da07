import Bytes

/// The fields of a query or of a form, decoded strictly.
struct Fields: Sendable {
  /// Why they can't be read.
  struct Unreadable: Error, Equatable {
    let words: String
  }

  /// The most fields of a query, and of a form.
  static let mostOfQuery = 64
  static let mostOfForm = 2_000
  private let values: [String: String]

  /// Reads a query or the body of a form. Each field may come once.
  init(_ text: [UInt8], most: Int = mostOfQuery) throws(Unreadable) {
    var values: [String: String] = [:]
    var count = 0
    for field in FormFields(text) {
      count += 1
      guard count <= most else { throw Unreadable(words: "more than \(most) fields") }
      let name = try Self.text(field.rawName)
      guard values.updateValue(try Self.text(field.rawValue), forKey: name) == nil else {
        throw Unreadable(words: "a field that comes twice")
      }
    }
    self.values = values
  }

  /// The value of a field, without blanks around it; empty if it didn't come.
  subscript(_ name: String) -> String { exact(name).trimmed }

  /// The value of a field as it was sent; empty if it didn't come.
  func exact(_ name: String) -> String { values[name] ?? "" }

  /// The values of the fields whose names begin so, such as those of checkboxes.
  func all(_ beginning: String) -> [String] {
    values.filter { $0.key.utf8.starts(with: beginning.utf8) }.sorted { $0.key < $1.key }
      .map(\.value)
  }

  /// The fields whose names begin so, with the rest of their names and the values as they were
  /// sent.
  func pairs(_ beginning: String) -> [(name: String, value: String)] {
    values.filter { $0.key.utf8.starts(with: beginning.utf8) }.sorted { $0.key < $1.key }
      .map { (String($0.key.dropFirst(beginning.count)), $0.value) }
  }

  /// The value of a field as a number from 1; nil if it isn't one.
  func number(_ name: String) -> Int? {
    let text = self[name]
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let number = Int(text), number > 0
    else { return nil }
    return number
  }

  /// Decodes a name, a value, or a segment of a path.
  static func text(
    _ raw: ArraySlice<UInt8>, plus: UInt8 = UInt8(ascii: " ")
  ) throws(Unreadable) -> String {
    var rest = raw
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else { continue }
      guard let high = rest.popFirst(), let low = rest.popFirst(), Hex.value(high) != nil,
        Hex.value(low) != nil
      else { throw Unreadable(words: "a % without two hexadecimal digits after it") }
    }
    let bytes = FormFields.decode(raw, plus: plus)
    guard !bytes.contains(0) else { throw Unreadable(words: "a NUL") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Unreadable(words: "bytes that aren't UTF-8")
    }
    return text
  }
}
