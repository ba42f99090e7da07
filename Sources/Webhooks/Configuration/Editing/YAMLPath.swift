/// A step from a node to one below it.
enum YAMLStep: Equatable {
  case key(String)
  case index(Int)
}

extension [YAMLStep] {
  /// Parses a path as problems write it, `pre_processors[0].secrets`; nil if the text isn't a path.
  init?(path text: String) {
    self = []
    for part in text.split(separator: ".") {
      var rest = part[...]
      let name = rest.prefix { $0 != "[" }
      guard !name.isEmpty else { return nil }
      append(.key(String(name)))
      rest = rest.dropFirst(name.count)
      while !rest.isEmpty {
        let digits = rest.dropFirst().prefix { $0 != "]" }
        guard rest.first == "[", let index = Int(digits), index >= 0,
          rest.dropFirst(digits.count + 1).first == "]"
        else { return nil }
        append(.index(index))
        rest = rest.dropFirst(digits.count + 2)
      }
    }
  }

  /// The path as problems write it.
  var text: String {
    reduce(into: "") { text, step in
      switch step {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
  }
}

extension YAMLNode {
  /// Returns the node at a path; nil if it doesn't exist.
  func at(_ path: some Collection<YAMLStep>) -> YAMLNode? {
    guard let step = path.first else { return self }
    let child: YAMLNode? =
      switch (step, content) {
      case (.key(let key), .mapping(let pairs)): pairs.first { $0.key == key }?.value
      case (.index(let index), .sequence(let nodes)):
        nodes.indices.contains(index) ? nodes[index] : nil
      default: nil
      }
    return child?.at(path.dropFirst())
  }

  /// Returns the tree with the content of the node at a path changed; nil if the node doesn't exist
  /// or `change` returns nil.
  func changing(
    _ path: some Collection<YAMLStep>, _ change: (Content) -> Content?
  ) -> YAMLNode? {
    guard let step = path.first else {
      return change(content).map { YAMLNode(line: line, column: column, content: $0) }
    }
    switch (step, content) {
    case (.key(let key), .mapping(var pairs)):
      guard let place = pairs.firstIndex(where: { $0.key == key }),
        let value = pairs[place].value.changing(path.dropFirst(), change)
      else { return nil }
      pairs[place] = Pair(
        key: key, line: pairs[place].line, column: pairs[place].column, value: value)
      return YAMLNode(line: line, column: column, content: .mapping(pairs))
    case (.index(let index), .sequence(var nodes)):
      guard nodes.indices.contains(index),
        let node = nodes[index].changing(path.dropFirst(), change)
      else { return nil }
      nodes[index] = node
      return YAMLNode(line: line, column: column, content: .sequence(nodes))
    default: return nil
    }
  }

  /// Whether two trees have the same values, regardless of the places of nodes and the order of
  /// keys.
  func says(_ other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let a, let isPlain), .scalar(let b, let isOtherPlain)):
      return a == b && a.utf8.elementsEqual(b.utf8) && isPlain == isOtherPlain
    case (.sequence(let a), .sequence(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.says($1) }
    case (.mapping(let a), .mapping(let b)):
      return a.count == b.count
        && a.allSatisfy { pair in
          b.contains { $0.key == pair.key && pair.value.says($0.value) }
        }
    default: return false
    }
  }

  /// The last line on which a node of this tree begins.
  var lastLine: Int {
    switch content {
    case .scalar: line
    case .sequence(let nodes): nodes.reduce(line) { max($0, $1.lastLine) }
    case .mapping(let pairs): pairs.reduce(line) { max($0, $1.line, $1.value.lastLine) }
    }
  }
}
