/// The files of secrets that a file of the configuration refers to, as `{secret: NAME}`.
public struct SecretReferences: Sendable {
  /// One reference.
  struct Reference: Sendable {
    /// The path of the mapping.
    let place: [YAMLStep]
    /// The file, by its path from the configuration's folder: `secrets/shop`.
    let file: String
    let isPending: Bool
  }

  private(set) var all: [Reference] = []

  /// Finds them; none in a text that isn't YAML.
  public init(in bytes: [UInt8]) {
    guard let root = try? YAMLDocument.parse(bytes) else { return }
    look(at: root, [])
  }

  /// The paths from the configuration's folder, each once, in the order of the file.
  public var files: [String] {
    var seen: Set<String> = []
    return all.map(\.file).filter { seen.insert($0).inserted }
  }

  /// The files that may come later.
  public var pending: Set<String> { Set(all.filter(\.isPending).map(\.file)) }

  private mutating func look(at node: YAMLNode, _ path: [YAMLStep]) {
    switch node.content {
    case .scalar: return
    case .sequence(let nodes):
      for (place, child) in nodes.enumerated() { look(at: child, path + [.index(place)]) }
    case .mapping(let pairs):
      if case .scalar(let name, _) = node.at([.key("secret")])?.content {
        // What goes to another server lies in a folder of its own.
        let isOutgoing = path.first == .key("post_processors") || path.first == .key("relay")
        let folder = isOutgoing ? "outgoing-secrets" : "secrets"
        var isPending = false
        if case .scalar("true", _) = node.at([.key("pending")])?.content { isPending = true }
        all.append(Reference(place: path, file: "\(folder)/\(name)", isPending: isPending))
      }
      for pair in pairs where pair.key != "secret" {
        look(at: pair.value, path + [.key(pair.key)])
      }
    }
  }
}

extension ConfigurationText {
  /// Says of each reference to one of these files that it may come later.
  ///
  /// - Parameter files: paths from the configuration's folder, `secrets/shop`.
  /// - Throws: if the file isn't YAML or has a form that can't be changed safely.
  public mutating func setPending(_ files: Set<String>) throws(UneditableText) {
    let references = SecretReferences(in: bytes).all.filter {
      files.contains($0.file) && !$0.isPending
    }
    guard !references.isEmpty else { return }
    try edit { (editor) throws(UneditableText) in
      for one in references { try editor.set("pending", of: one.place, to: .plain("true")) }
    }
  }

  /// Takes `created` from another text, or takes it out if that has none.
  public mutating func takeCreated(from other: [UInt8]) throws(UneditableText) {
    let path: [YAMLStep] = [.key("created")]
    let old = (try? YAMLDocument.parse(other))?.at(path)
    try edit { (editor) throws(UneditableText) in
      if case .scalar(let moment, _) = old?.content {
        try editor.set("created", of: [], to: .plain(moment), behind: ["description", "name"])
      } else if editor.root.at(path) != nil {
        try editor.unset(path)
      }
    }
  }
}
