/// A mapping of a file, read key by key with the options of its kind.
struct Mapping {
  let found: Found
  private let values: [String: YAMLNode]
  /// The keys that others were probably meant to be.
  private let misspelt: Set<String>

  /// Reports every key that is none of the options.
  ///
  /// - Returns: nil, with a problem, where it isn't a mapping.
  init?(_ found: Found, options: [any DocumentedOption], expected: String = "a mapping") {
    guard case .mapping(let pairs) = found.node.content else {
      found.report(expected: expected)
      return nil
    }
    self.found = found
    values = Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    let keys = options.map(\.key)
    misspelt = Set(
      pairs.filter { !keys.contains($0.key) }
        .compactMap { Self.reportUnknown($0, in: found, keys: keys) })
  }

  /// - Returns: the key that was probably meant.
  private static func reportUnknown(
    _ pair: YAMLNode.Pair, in found: Found, keys: [String]
  ) -> String? {
    let meant = keys.closest(to: pair.key)
    // A misplaced brace makes a key of a secret: {hunter2}.
    let name = found.isConfidential && meant == nil ? "(not shown)" : String(pair.key.prefix(60))
    let place = YAMLNode(line: pair.line, column: pair.column, content: pair.value.content)
    let expected = keys.count == 1 ? keys[0] : "one of \(keys.joined(separator: ", "))"
    found.child(place, key: name).report("unknown key, expected \(expected)", suggestion: meant)
    return meant
  }

  /// Whether what is wrong with a key's value was told already: it stands there and was refused, or under a
  /// name that is misspelt. That nothing came of it is a consequence.
  func isTold(_ key: String) -> Bool { values[key] != nil || misspelt.contains(key) }

  /// The option's value; its fallback where the key is missing or its value was refused.
  subscript<Value>(option: Option<Value>) -> Value {
    guard let value = self.found(option) else {
      if option.isRequired, !misspelt.contains(option.key) {
        found.child(found.node, key: option.key).report("missing, expected \(option.expectation)")
      }
      return option.fallback
    }
    return option.read(value) ?? option.fallback
  }

  /// What stands at the option's key, if anything.
  func found(_ option: some DocumentedOption) -> Found? {
    values[option.key].map { found.child($0, key: option.key) }
  }

  /// Reports a problem of a value that is right by itself, and wrong beside another.
  func report(
    at option: some DocumentedOption, _ message: String, severity: Problem.Severity = .error,
    suggestion: String? = nil
  ) {
    let place = self.found(option) ?? found.child(found.node, key: option.key)
    place.report(message, severity: severity, suggestion: suggestion)
  }
}
