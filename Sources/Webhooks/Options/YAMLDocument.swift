import CYAML

/// Reads a YAML file into nodes with their places. Only this file uses libyaml.
///
/// Features of YAML beyond mappings, lists and scalars are refused: anchors and aliases (they can
/// make a small file a huge one), tags, several documents, keys that aren't text. Nothing is built
/// before it is looked at: the reader takes one event of libyaml after the other, and ends at the
/// first that is refused.
enum YAMLDocument {
  /// The largest file of the configuration, in bytes.
  static let byteLimit = 1 << 20

  /// Returns the document's root. An empty document counts as an empty mapping.
  static func parse(_ bytes: [UInt8]) throws(SyntaxError) -> YAMLNode {
    let text = Array(try decode(bytes).utf8)
    return try text.withUnsafeBufferPointer { text throws(SyntaxError) in
      let root = try YAMLReader(text).root()
      guard let root, !root.isNothing else {
        return YAMLNode(line: 1, column: 1, content: .mapping([]))
      }
      return root
    }
  }

  private static func decode(_ bytes: [UInt8]) throws(SyntaxError) -> String {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let bytes = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    throw SyntaxError(line: bad + 1, message: "not UTF-8")
  }
}

/// Takes the events of libyaml from one text.
private final class YAMLReader {
  /// The deepest nesting of nodes. Options need far less, and recursion could take far more.
  private static let depthLimit = 32
  /// The tags that a node may be given, since every node of its kind has them.
  private static let plainTags: Set = [
    "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
  ]

  private let text: UnsafeBufferPointer<UInt8>
  /// The parser points to itself, so that it must not move.
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private var event = yaml_event_t()

  /// - Parameter text: UTF-8, which must outlive the reader.
  /// - Throws: if memory has run out.
  init(_ text: UnsafeBufferPointer<UInt8>) throws(SyntaxError) {
    self.text = text
    parser.initialize(to: yaml_parser_t())
    guard yaml_parser_initialize(parser) == 1 else {
      throw SyntaxError(message: Self.noMemory)
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_event_delete(&event)
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// Reads the whole text.
  ///
  /// - Returns: the root of its document; nil if there isn't one.
  func root() throws(SyntaxError) -> YAMLNode? {
    try next()
    try next()
    guard event.type == YAML_DOCUMENT_START_EVENT else { return nil }
    try next()
    let root = try node(depth: 0)
    try next()
    try next()
    if event.type == YAML_DOCUMENT_START_EVENT {
      throw problem("expected one document, found another (---)")
    }
    return root
  }

  private func next() throws(SyntaxError) {
    yaml_event_delete(&event)
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
  }

  /// Reads the node that begins with the event, to its last event.
  private func node(depth: Int) throws(SyntaxError) -> YAMLNode {
    let (line, column) = place
    guard depth <= Self.depthLimit else {
      throw problem("nested deeper than \(Self.depthLimit) levels")
    }
    let content: YAMLNode.Content
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      try requirePlain(anchor: scalar.anchor, tag: scalar.tag)
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      content = .scalar(
        String(decoding: bytes, as: UTF8.self),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      try requirePlain(anchor: start.anchor, tag: start.tag)
      content = .sequence(try elements(depth: depth + 1))
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      try requirePlain(anchor: start.anchor, tag: start.tag)
      content = .mapping(try pairs(depth: depth + 1))
    default: throw problem(Self.noAliases)
    }
    return YAMLNode(line: line, column: column, content: content)
  }

  private func elements(depth: Int) throws(SyntaxError) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    try next()
    while event.type != YAML_SEQUENCE_END_EVENT {
      elements.append(try node(depth: depth))
      try next()
    }
    return elements
  }

  private func pairs(depth: Int) throws(SyntaxError) -> [YAMLNode.Pair] {
    var pairs: [YAMLNode.Pair] = []
    var lines: [String: Int] = [:]
    try next()
    while event.type != YAML_MAPPING_END_EVENT {
      if [YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT].contains(event.type) {
        throw problem("expected a key, found a list or a mapping")
      }
      let key = try node(depth: depth)
      guard case .scalar(let name, _) = key.content else { preconditionFailure("a scalar") }
      if let first = lines.updateValue(key.line, forKey: name) {
        throw SyntaxError(
          line: key.line, column: key.column, key: name,
          message: "given twice, the first time in line \(first)")
      }
      try next()
      let value = try node(depth: depth)
      pairs.append(.init(key: name, line: key.line, column: key.column, value: value))
      try next()
    }
    return pairs
  }

  private func requirePlain(
    anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?
  ) throws(SyntaxError) {
    guard anchor == nil else {
      throw problem(
        "anchors and aliases (&name, *name) are not supported; write the value out")
    }
    guard tag.map({ Self.plainTags.contains(String(cString: $0)) }) ?? true else {
      throw problem("tags (!name) are not supported")
    }
  }

  // MARK: Places and problems

  private static let noMemory = "memory has run out"
  private static let noAliases =
    "aliases (*name) are not supported; put text that begins with * in quotes"

  /// The line and column of the event.
  private var place: (line: Int, column: Int) { Self.place(event.start_mark) }

  private static func place(_ mark: yaml_mark_t) -> (line: Int, column: Int) {
    (mark.line + 1, mark.column + 1)
  }

  private func problem(_ message: String) -> SyntaxError {
    SyntaxError(line: place.line, column: place.column, message: message)
  }

  /// The reason why libyaml read no further, without what stands there: it may be a secret.
  private var failure: SyntaxError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? Self.noMemory
    if state.error == YAML_READER_ERROR {
      let before = String(decoding: text.prefix(state.problem_offset), as: UTF8.self)
      return SyntaxError(
        line: before.count(where: \.isNewline) + 1, message: "not YAML: \(problem)")
    }
    let (line, column) = Self.place(state.problem_mark)
    var message = "not YAML: \(problem)"
    if let context = state.context.map({ String(cString: $0) }) {
      if context == "while scanning an alias" {
        message = Self.noAliases
      } else {
        message += " (\(context) in line \(state.context_mark.line + 1))"
      }
    }
    if isIndentedWithTab(line: line) { message += "; indent with spaces, not tabs" }
    return SyntaxError(line: line, column: column, message: message)
  }

  private func isIndentedWithTab(line: Int) -> Bool {
    let lines = text.split(
      separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else { return false }
    let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    return lines[line - 1].prefix { blanks.contains($0) }.contains(UInt8(ascii: "\t"))
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
