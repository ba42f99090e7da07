import Yams

/// Reads a YAML file into nodes with their places. Only this file uses Yams.
///
/// Features of YAML beyond mappings, lists and scalars are refused: anchors and aliases (they can
/// make a small file a huge one), tags, several documents, keys that aren't text.
enum YAMLDocument {
  /// The largest file of the configuration, in bytes.
  static let byteLimit = 1 << 20
  /// The deepest nesting of nodes. Options need far less, and recursion could take far more.
  private static let depthLimit = 32
  /// The tags that Yams gives to nodes without a tag of their own.
  private static let plainTags: Set<Tag.Name> = [.str, .seq, .map]

  /// Returns the document's root. An empty document counts as an empty mapping.
  static func parse(_ bytes: [UInt8]) throws(SyntaxError) -> YAMLNode {
    let text = try decode(bytes)
    if text.utf8.contains(UInt8(ascii: "&")), text.utf8.contains(UInt8(ascii: "*")) {
      // Yams expands aliases while it looks for duplicate keys, which takes exponential time for a
      // key made for that purpose. Without aliases it doesn't, and the anchors are still found and
      // refused.
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
      // A node holds its anchor weakly. The parser keeps the anchor alive.
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

/// One node of a YAML file and the place where it begins. Aliases, anchors and tags don't occur.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    /// Text. A plain scalar (without quotes, not a block) isn't resolved: `012` stays `012`.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// Pairs whose keys differ, in the order of the file.
    case mapping([Pair])
  }

  struct Pair: Sendable {
    let key: String
    /// The line of the key, from 1.
    let line: Int
    /// The column of the key in characters, from 1.
    let column: Int
    let value: YAMLNode
  }

  /// The line, from 1.
  let line: Int
  /// The column in characters, from 1.
  let column: Int
  let content: Content

  /// Whether the node is a plain scalar without text, as in `name:`.
  var isNothing: Bool {
    if case .scalar("", isPlain: true) = content { true } else { false }
  }
}

extension SyntaxError {
  /// Takes over Yams's message, but not its snippet of the file, which may show a secret.
  init(_ error: YamlError, in text: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      self.init(line: mark.line, column: mark.column, message: "not YAML: \(problem)")
      if problem == "found undefined alias" || context?.text == "while scanning an alias" {
        message = "aliases (*name) are not supported; put text that begins with * in quotes"
      } else if problem == "but found another document" {
        message = "expected one document, found another (---)"
      } else if problem.hasPrefix("Maximum nesting level") {
        message = "nested too deep"
      } else if let context {
        message += " (\(context.text) in line \(context.mark.line))"
      }
      if text.isIndentedWithTab(line: mark.line) { message += "; indent with spaces, not tabs" }
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = duplicates.first ?? ""
      let first = context.mark
      self.init(line: first.line, column: first.column, key: key, message: "given twice")
      if let second = RepeatedKey.second(of: key, after: (first.line, first.column), in: text) {
        (line, column) = second
        message = "given twice, the first time in line \(first.line)"
      }
    case .reader(let problem, let offset, _, _):
      let before = offset.map { text.prefix($0) }
      self.init(
        line: before.map { $0.count(where: \.isNewline) + 1 }, message: "not YAML: \(problem)")
    default:
      self.init(message: "not YAML")
    }
  }
}

extension String {
  fileprivate func isIndentedWithTab(line: Int) -> Bool {
    let lines = split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else { return false }
    return lines[line - 1].prefix(while: \.isWhitespace).contains("\t")
  }
}
