import Verification

extension Form {
  /// A form of scalars that module Verification reads, which says what is wrong with them.
  static func checked(
    _ type: String, _ expectation: String, write: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String) throws(Misconfiguration) -> Value
  ) -> Form {
    Form(
      type: type, expectation: expectation, write: write,
      read: { found in
        guard let text = found.text(expected: expectation) else { return nil }
        do throws(Misconfiguration) {
          return try parse(text)
        } catch {
          found.report(error.reason, suggestion: error.suggestion)
          return nil
        }
      })
  }
}

extension Form where Value == JSONPath {
  /// The way to a value in a JSON body.
  static let jsonPath = Form.checked(
    "JSON path", "a path such as signature.timestamp, or value[].clientState", write: \.text
  ) { text throws(Misconfiguration) in try JSONPath(text) }
}

extension Form where Value == Pattern {
  /// A regular expression.
  static let pattern = Form.checked(
    "pattern", "a regular expression", write: \.text.quoted
  ) { text throws(Misconfiguration) in try Pattern(text) }
}

extension Form where Value == Character {
  /// What parts entries of a list.
  static let separator = Form.scalar(
    "character", "one visible ASCII character, or a blank in quotes",
    write: { String($0).quoted },
    parse: { text in
      guard text.utf8.count == 1, let byte = text.utf8.first, 0x20...0x7e ~= byte else {
        return nil
      }
      return text.first
    })
}

extension Form where Value == [String] {
  /// A list of texts of one line each.
  static func lines(_ plural: String) -> Form { .list(of: Form<String>.line, plural) }
}
