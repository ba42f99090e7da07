import Bytes

/// The fields of a query, decoded strictly.
struct Fields: Sendable {
  /// Why a query can't be read.
  struct Unreadable: Error, Equatable {
    let words: String
  }

  private static let most = 64
  private let values: [String: String]

  /// Reads a query. Each field may come once.
  init(_ query: [UInt8]) throws(Unreadable) {
    var values: [String: String] = [:]
    var count = 0
    for field in FormFields(query) {
      count += 1
      guard count <= Self.most else { throw Unreadable(words: "more than \(Self.most) fields") }
      let name = try Self.text(field.rawName)
      guard values.updateValue(try Self.text(field.rawValue), forKey: name) == nil else {
        throw Unreadable(words: "a field that comes twice")
      }
    }
    self.values = values
  }

  /// The value of a field, without blanks around it; empty if it didn't come.
  subscript(_ name: String) -> String { (values[name] ?? "").trimmed }

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
