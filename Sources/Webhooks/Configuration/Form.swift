/// What values of one type look like in a file: how they are read, written, and told about.
struct Form<Value: Sendable>: Sendable {
  /// The type in a word or two, for the tables of keys: `byte size`.
  let type: String
  /// Completes "expected …": `a size such as 10MiB, from 1KiB to 1GiB`.
  let expectation: String
  /// The keys within, where it is a mapping or a list of mappings.
  var nested: [any DocumentedOption] = []
  /// The value as it stands in a file.
  let write: @Sendable (Value) -> String
  /// The value found; nil where it is another thing, and then a problem was reported.
  let read: @Sendable (Found) -> Value?
}

extension Form {
  /// A form of scalars.
  ///
  /// - Parameter plainOnly: whether quotes make it another type, as they do with `"true"`.
  /// - Parameter suggest: what was probably meant by text that is no value.
  static func scalar(
    _ type: String, _ expectation: String, plainOnly: Bool = false,
    write: @escaping @Sendable (Value) -> String = { "\($0)" },
    suggest: @escaping @Sendable (String) -> String? = { _ in nil },
    parse: @escaping @Sendable (String) -> Value?
  ) -> Form {
    Form(
      type: type, expectation: expectation, write: write,
      read: { found in
        guard let text = found.text(expected: expectation) else { return nil }
        if plainOnly, case .scalar(_, isPlain: false) = found.node.content {
          found.report(expected: "\(expectation) without quotes")
          return nil
        }
        if let value = parse(text) { return value }
        found.report(
          expected: expectation, suggestion: found.isConfidential ? nil : suggest(text))
        return nil
      })
  }
}
