/// A mapping of a file, read key by key with the options of its kind.
struct Mapping {
  let found: Found
  private let values: [String: YAMLNode]
  /// The keys of options that unknown keys of the file were probably meant to be.
  private let misspelt: Set<String>

  /// Reports every key that isn't one of the options. If the node isn't a mapping, reports a
  /// problem and returns nil.
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

  /// Keys of earlier versions, and what took their place.
  private static let replaced = ["keep_refused": (key: "history", value: "{for: 7d, bytes: 1GiB}")]

  /// Reports a key that isn't one of the options.
  ///
  /// - Returns: the key that was probably meant.
  private static func reportUnknown(
    _ pair: YAMLNode.Pair, in found: Found, keys: [String]
  ) -> String? {
    let place = YAMLNode(line: pair.line, column: pair.column, content: pair.value.content)
    if let instead = replaced[pair.key], keys.contains(instead.key) {
      found.child(place, key: pair.key)
        .report("unknown key, expected \(instead.key): \(instead.value) in its place")
      return instead.key
    }
    let meant = keys.closest(to: pair.key)
    // A misplaced brace turns a secret into a key: {hunter2}.
    let name = found.isConfidential && meant == nil ? "(not shown)" : String(pair.key.prefix(60))
    let expected = keys.count == 1 ? keys[0] : "one of \(keys.joined(separator: ", "))"
    found.child(place, key: name).report("unknown key, expected \(expected)", suggestion: meant)
    return meant
  }

  /// Whether a problem that explains why the key has no value was reported already: its value was
  /// refused, or the key is misspelt. A second problem about the missing value would only confuse.
  func isTold(_ key: String) -> Bool { values[key] != nil || misspelt.contains(key) }

  /// Returns the option's value, or its fallback if the key is missing or its value was refused.
  /// Reports a required key that is missing.
  subscript<Value>(option: Option<Value>) -> Value {
    guard let value = self.found(option) else {
      if option.isRequired, !misspelt.contains(option.key) {
        found.child(found.node, key: option.key).report("missing, expected \(option.expectation)")
      }
      return option.fallback
    }
    return option.read(value) ?? option.fallback
  }

  /// Returns the node at the option's key; nil if the key is missing.
  func found(_ option: some DocumentedOption) -> Found? {
    values[option.key].map { found.child($0, key: option.key) }
  }

  /// Reports a problem with a value that is valid by itself, but not beside another value.
  func report(
    at option: some DocumentedOption, _ message: String, severity: Problem.Severity = .error,
    suggestion: String? = nil
  ) {
    let place = self.found(option) ?? found.child(found.node, key: option.key)
    place.report(message, severity: severity, suggestion: suggestion)
  }

  /// Returns whether exactly one of these keys is there; reports a problem otherwise.
  func hasOne(of options: [any DocumentedOption]) -> Bool {
    let given = options.filter { found($0) != nil }
    guard given.count != 1 else { return true }
    if given.isEmpty, options.contains(where: { isTold($0.key) }) { return false }
    found.report("expected exactly one of \(options.map(\.key).joined(separator: ", "))")
    return false
  }
}
