import Yams

/// Reads a YAML file into nodes with their places. All that is known of Yams is known here.
///
/// What YAML offers beyond mappings, lists and scalars is refused: anchors and aliases (they can make
/// a small file a huge one), tags, several documents, keys that aren't text.
enum YAMLDocument {
  /// The most bytes that a file of the configuration may have.
  static let byteLimit = 1 << 20
  /// Deeper than any kind of option goes, and far from what recursion could not bear.
  private static let depthLimit = 32
  /// What Yams gives to nodes without a tag.
  private static let plainTags: Set<Tag.Name> = [.str, .seq, .map]

  /// The document's root; an empty document is an empty mapping.
  static func parse(_ bytes: [UInt8]) throws(SyntaxError) -> YAMLNode {
    let text = try decode(bytes)
    if text.utf8.contains(UInt8(ascii: "&")), text.utf8.contains(UInt8(ascii: "*")) {
      // Yams expands aliases while it looks for duplicate keys, which takes exponential time for a
      // key made for that. Without aliases it can't, and the anchors show all the same.
      _ = try compose(text.replacing("*", with: "\u{2217}"))
    }
    let root = try compose(text)
    guard let root, !root.isNothing else {
      return YAMLNode(line: 1, column: 1, content: .mapping([]))
    }
    return root
  }

  private static func decode(_ bytes: [UInt8]) throws(SyntaxError) -> String {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let bytes = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    throw SyntaxError(line: bad + 1, message: "not UTF-8")
  }

  private static func compose(_ text: String) throws(SyntaxError) -> YAMLNode? {
    do {
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else { return nil }
      // A node holds its anchor weakly; the parser is what keeps it.
      return try withExtendedLifetime(parser) { try convert(root, depth: 0) }
    } catch let error as YamlError {
      throw SyntaxError(error, in: text)
    } catch let error as SyntaxError {
      throw error
    } catch {
      throw SyntaxError(message: "not YAML")
    }
  }

  private static func convert(_ node: Node, depth: Int) throws(SyntaxError) -> YAMLNode {
    let place = node.mark.map { ($0.line, $0.column) } ?? (1, 1)
    func refusal(_ message: String) -> SyntaxError {
      SyntaxError(line: place.0, column: place.1, message: message)
    }
    guard depth <= depthLimit else { throw refusal("nested deeper than \(depthLimit) levels") }
    guard node.anchor == nil else {
      throw refusal("anchors and aliases (&name, *name) are not supported; write the value out")
    }
    guard plainTags.contains(Tag.Name(rawValue: node.tag.description)) else {
      throw refusal("tags (!name) are not supported")
    }
    let content: YAMLNode.Content
    switch node {
    case .scalar(let scalar):
      content = .scalar(scalar.string, isPlain: scalar.style == .plain)
    case .sequence(let sequence):
      var elements: [YAMLNode] = []
      for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
      content = .sequence(elements)
    case .mapping(let mapping):
      content = .mapping(try convert(mapping, depth: depth))
    case .alias:
      throw refusal("aliases (*name) are not supported")
    }
    return YAMLNode(line: place.0, column: place.1, content: content)
  }

  private static func convert(
    _ mapping: Node.Mapping, depth: Int
  ) throws(SyntaxError) -> [YAMLNode.Pair] {
    var pairs: [YAMLNode.Pair] = []
    for (key, value) in mapping {
      let key = try convert(key, depth: depth + 1)
      guard case .scalar(let name, _) = key.content else {
        throw SyntaxError(
          line: key.line, column: key.column, message: "expected a key, found a list or a mapping")
      }
      let value = try convert(value, depth: depth + 1)
      pairs.append(.init(key: name, line: key.line, column: key.column, value: value))
    }
    return pairs
  }
}
