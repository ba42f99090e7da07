/// The values that only commands may add or change: programs, files of the machine, secrets as
/// text, private addresses, and the groups of spools. Who may change them acts beyond the
/// configuration.
///
/// They are compared as values after parsing. So it doesn't matter how a text writes them.
public struct GuardedKeys: Sendable {
  /// A guarded value: the key path without the places in lists, and the value with what it acts on.
  private struct Value: Hashable {
    let path: String
    /// Bytes, since two texts may be equal that name two files.
    let bytes: [UInt8]

    init(_ path: String, _ text: String) {
      self.path = path
      bytes = Array(text.utf8)
    }
  }

  /// The guarded values with the key paths that they stand at, such as `post_processors[0]`.
  private var found: [(value: Value, place: String)] = []

  /// The keys that are guarded wherever they stand, since each names something outside.
  private static let keys: Set = ["file", "literal", "credential", "ca_file", "allow_private"]
  /// Types of mappings that are guarded as a whole.
  private static let types: Set = ["exec"]

  /// Whether a key of this name is guarded wherever it stands.
  ///
  /// - Parameter key: a key, or a key path, whose last key counts.
  /// - Returns: whether commands alone change it.
  public static func guards(_ key: String) -> Bool {
    keys.contains(key.split(separator: ".").last.map(String.init) ?? "")
  }

  /// Whether an entry of this type is guarded as a whole.
  public static func guards(type: String) -> Bool { types.contains(type) }

  /// Finds the guarded values of a file; none in a text that isn't YAML, which is refused anyway.
  public init(in bytes: [UInt8]) {
    guard let root = try? YAMLDocument.parse(bytes) else { return }
    look(at: root, [])
    if let group = root.at([.key("group")]) {
      found.append((Value("group", group.canonical), "group"))
    }
  }

  /// Whether there are none.
  public var isEmpty: Bool { found.isEmpty }

  /// The key paths of the guarded values.
  public var places: [String] { found.map(\.place) }

  /// Returns the key paths of the guarded values that another text doesn't have. A value that both
  /// have may have moved within its list.
  public func added(to other: GuardedKeys) -> [String] {
    var left = other.found.reduce(into: [Value: Int]()) { $0[$1.value, default: 0] += 1 }
    return found.filter { one in
      guard let count = left[one.value], count > 0 else { return true }
      left[one.value] = count - 1
      return false
    }.map(\.place)
  }

  private mutating func look(at node: YAMLNode, _ path: [YAMLStep]) {
    switch node.content {
    case .scalar: return
    case .sequence(let nodes):
      for (place, child) in nodes.enumerated() { look(at: child, path + [.index(place)]) }
    case .mapping(let pairs):
      if case .scalar(let type, _) = node.at([.key("type")])?.content, Self.types.contains(type) {
        add(node, path)
        return
      }
      let guarded = pairs.filter { Self.keys.contains($0.key) }
      for pair in guarded {
        // A private address is allowed for one URL, and not for another.
        let target = pair.key == "allow_private" ? node.at([.key("url")])?.canonical ?? "" : ""
        let place = path + [.key(pair.key)]
        found.append((Value(place.general, pair.value.canonical + target), place.text))
      }
      for pair in pairs where !Self.keys.contains(pair.key) {
        look(at: pair.value, path + [.key(pair.key)])
      }
    }
  }

  private mutating func add(_ node: YAMLNode, _ path: [YAMLStep]) {
    found.append((Value(path.general, node.canonical), path.text))
  }
}

extension [YAMLStep] {
  /// The path with `[]` in place of the places in lists.
  fileprivate var general: String {
    reduce(into: "") { text, step in
      switch step {
      case .key(let key): text += ".\(key)"
      case .index: text += "[]"
      }
    }
  }
}

extension YAMLNode {
  /// The value in one form, whatever its layout: keys in order, lengths before texts.
  fileprivate var canonical: String {
    switch content {
    case .scalar(let text, let isPlain): "\(isPlain ? "p" : "q")\(text.utf8.count):\(text)"
    case .sequence(let nodes): "[\(nodes.map(\.canonical).joined())]"
    case .mapping(let pairs):
      "{"
        + pairs.sorted { $0.key < $1.key }
        .map { "\($0.key.utf8.count):\($0.key)\($0.value.canonical)" }.joined() + "}"
    }
  }
}
