/// One of several kinds of mapping that may stand at the same place. Their key `type` tells them
/// apart.
struct Kind<Value: Sendable>: Sendable {
  /// The value of the key `type`.
  let type: String
  /// The options besides `type`.
  let options: [any DocumentedOption]
  /// Returns the value, or reports a problem and returns nil.
  let make: @Sendable (Mapping) -> Value?

  /// Returns the option for the key `type`.
  static func typeOption(_ types: [String]) -> Option<String?> {
    Option(required: "type", .oneOf(types), "The kind.")
  }
}

extension Form {
  /// Returns the form of a mapping that is of one of these kinds.
  static func kind(_ kinds: [Kind<Value>], _ expectation: String) -> Form {
    let types = kinds.map(\.type)
    let typeOption = Kind<Value>.typeOption(types)
    let expectation = "\(expectation) with its type"
    return Form(
      type: "mapping", expectation: expectation,
      schema: { .one(of: kinds.map { .kind($0.type, $0.options) }) }, write: { _ in "{}" },
      read: { found in
        guard case .mapping(let pairs) = found.node.content else {
          found.report(expected: expectation)
          return nil
        }
        guard let node = pairs.first(where: { $0.key == typeOption.key })?.value else {
          if let near = pairs.first(where: { [typeOption.key].closest(to: $0.key) != nil }) {
            let place = YAMLNode(line: near.line, column: near.column, content: near.value.content)
            found.child(place, key: near.key).report(
              "unknown key, expected \(typeOption.key), \(typeOption.expectation)",
              suggestion: typeOption.key)
            return nil
          }
          found.child(found.node, key: typeOption.key).report(
            "missing, expected \(typeOption.expectation)")
          return nil
        }
        guard let type = typeOption.read(found.child(node, key: typeOption.key)) ?? nil,
          let kind = kinds.first(where: { $0.type == type })
        else { return nil }
        return Mapping(found, options: [typeOption] + kind.options).flatMap(kind.make)
      })
  }
}
