extension ConfigurationText {
  /// A value of a file, as a form shows it.
  public enum Value: Sendable, Equatable {
    case scalar(String)
    /// A list of scalars.
    case list([String])
    /// Anything else, in YAML's flow form on one line.
    case other(String)

    /// The value in YAML, on one line.
    public var flow: String {
      switch self {
      case .scalar(let text): YAMLValue(scalar: text).forms[0].written
      case .list(let texts): "[\(texts.map(\.flowScalar).joined(separator: ", "))]"
      case .other(let text): text
      }
    }
  }

  /// Whether the text is YAML of the supported kind.
  public var isReadable: Bool { root != nil }

  /// The keys of the whole file, in its order.
  public var keys: [String] {
    guard case .mapping(let pairs)? = root?.content else { return [] }
    return pairs.map(\.key)
  }

  /// The whole file as one mapping in flow form.
  public var flow: String { root?.flow ?? "{}" }

  /// Returns the value at a key path; nil if there isn't any.
  public func value(at path: String) -> Value? {
    guard let node = node(at: path) else { return nil }
    switch node.content {
    case .scalar(let text, _): return .scalar(text)
    case .sequence(let nodes):
      let texts = nodes.compactMap { node -> String? in
        if case .scalar(let text, _) = node.content { text } else { nil }
      }
      return texts.count == nodes.count && !texts.isEmpty ? .list(texts) : .other(node.flow)
    case .mapping: return .other(node.flow)
    }
  }

  /// Returns the number of elements of a list; 0 if there isn't any.
  public func count(of path: String) -> Int {
    if case .sequence(let nodes)? = node(at: path)?.content { nodes.count } else { 0 }
  }

  /// Sets the value of a key to a text, whatever characters it has.
  ///
  /// - Throws: if the path leads nowhere, or the file has a form that can't be changed safely.
  public mutating func set(_ path: String, toText text: String) throws(UneditableText) {
    try set(path, YAMLValue(scalar: text))
  }

  /// Sets the value of a key to a list of texts.
  public mutating func set(_ path: String, toTexts texts: [String]) throws(UneditableText) {
    try set(path, YAMLValue(Value.list(texts).flow))
  }

  /// Sets the value of a key to a value in YAML, of any number of lines.
  ///
  /// - Throws: also if the text isn't YAML.
  public mutating func set(_ path: String, toYAML text: String) throws(UneditableText) {
    let node: YAMLNode
    do throws(SyntaxError) {
      node = try YAMLDocument.parse(Array(text.utf8))
    } catch {
      throw UneditableText(key: path, reason: error.message)
    }
    if case .scalar(let scalar, _) = node.content { return try set(path, toText: scalar) }
    try set(path, YAMLValue(node.flow))
  }

  /// Adds an element behind the last one of a list, and makes the list if there isn't one.
  ///
  /// - Parameters:
  ///   - flow: the element in YAML, on one line.
  ///   - path: the key path of the list.
  /// - Throws: if the path leads nowhere, or the file has a form that can't be changed safely.
  public mutating func append(_ flow: String, to path: String) throws(UneditableText) {
    guard count(of: path) > 0 else { return try set(path, YAMLValue("[\(flow)]")) }
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in
      try editor.append(YAMLValue(flow), to: steps)
    }
  }

  /// Removes an element of a list. A list without elements stays.
  public mutating func remove(_ place: Int, of path: String) throws(UneditableText) {
    guard place != 0 || count(of: path) != 1 else { return try set(path, to: "[]") }
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in try editor.remove(place, from: steps) }
  }

  /// Removes a mapping that has no key any more.
  public mutating func unsetIfEmpty(_ path: String) throws(UneditableText) {
    guard case .mapping(let pairs)? = node(at: path)?.content, pairs.isEmpty else { return }
    try unset(path)
  }

  private mutating func set(_ path: String, _ value: YAMLValue) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in try editor.set(steps, to: value) }
  }

  private var root: YAMLNode? { try? YAMLDocument.parse(bytes) }

  private func node(at path: String) -> YAMLNode? {
    guard let steps = [YAMLStep](path: path) else { return nil }
    return root?.at(steps)
  }
}

extension YAMLNode {
  /// The value in flow form, on one line.
  var flow: String {
    switch content {
    case .scalar(let text, let isPlain):
      isPlain ? text.flowScalar : YAMLScalar.quoting(text).written
    case .sequence(let nodes): "[\(nodes.map(\.flow).joined(separator: ", "))]"
    case .mapping(let pairs):
      "{\(pairs.map { "\($0.key.flowScalar): \($0.value.flow)" }.joined(separator: ", "))}"
    }
  }
}

extension String {
  /// The text as a scalar within a list or mapping in flow form: without quotes where that is read
  /// as the same text.
  fileprivate var flowScalar: String {
    guard let node = try? YAMLDocument.parse(Array("{k: [\(self)]}".utf8)),
      case .sequence(let nodes)? = node.at([.key("k")])?.content, nodes.count == 1,
      case .scalar(let text, isPlain: true) = nodes[0].content, text == self,
      text.utf8.elementsEqual(utf8), !contains(":")
    else { return YAMLScalar.quoting(self).written }
    return self
  }
}
