/// What was found at one key path of a file.
struct Found {
  let node: YAMLNode
  /// `pre_processors[0].secrets[1].file`; empty for the root.
  let path: String
  let reading: Reading
  /// Whether it may hold a secret: then no message shows it.
  var isConfidential = false

  func child(_ node: YAMLNode, key: String) -> Found {
    Found(
      node: node, path: path.isEmpty ? key : "\(path).\(key)", reading: reading,
      isConfidential: isConfidential)
  }

  func child(_ node: YAMLNode, index: Int) -> Found {
    Found(
      node: node, path: "\(path)[\(index)]", reading: reading, isConfidential: isConfidential)
  }

  func report(
    _ message: String, severity: Problem.Severity = .error, suggestion: String? = nil
  ) {
    reading.report(
      Problem(
        severity, file: reading.file, line: node.line, column: node.column, key: path, message,
        suggestion: suggestion))
  }

  /// Reports that something else was expected.
  func report(expected expectation: String, suggestion: String? = nil) {
    report("expected \(expectation), found \(kind)", suggestion: suggestion)
  }

  /// The text of a scalar, quoted or not; nil, with a problem, for anything else.
  func text(expected expectation: String) -> String? {
    if case .scalar(let text, _) = node.content, !node.isNothing { return text }
    report(expected: expectation)
    return nil
  }

  /// What it is, for a message.
  private var kind: String {
    switch node.content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar where node.isNothing: "nothing"
    case .scalar where isConfidential: "text that is not shown here"
    case .scalar(let text, isPlain: true): text.quoted
    case .scalar(let text, isPlain: false): "the text \(text.quoted)"
    }
  }
}
