import Foundation

/// JSON of test data, for tables whose members differ between rows.
enum JSONAny: Decodable, Sendable {
  case text(String)
  case number(Double)
  case truth(Bool)
  case list([JSONAny])
  case object([String: JSONAny])
  case null

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .truth(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode([JSONAny].self) {
      self = .list(value)
    } else if let value = try? container.decode([String: JSONAny].self) {
      self = .object(value)
    } else {
      self = .null
    }
  }

  subscript(key: String) -> JSONAny? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  var text: String? { if case .text(let value) = self { value } else { nil } }
  var number: Double? { if case .number(let value) = self { value } else { nil } }
  var list: [JSONAny]? { if case .list(let values) = self { values } else { nil } }
  var object: [String: JSONAny]? { if case .object(let members) = self { members } else { nil } }

  /// The text, or the texts of a list.
  var texts: [String] { list?.compactMap(\.text) ?? text.map { [$0] } ?? [] }
}
