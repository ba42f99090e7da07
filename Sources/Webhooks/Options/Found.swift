/// A node of a file at its key path. Problems with the node are reported here.
struct Found {
  let node: YAMLNode
  /// The key path, such as `pre_processors[0].secrets[1].file`; empty for the root.
  let path: String
  let reading: Reading
  /// Whether the node may hold a secret. Messages then don't show its text.
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

  /// Reports that the node isn't what was expected.
  func report(expected expectation: String, suggestion: String? = nil) {
    report("expected \(expectation), found \(kind)", suggestion: suggestion)
  }

  /// Returns the text of a scalar, with or without quotes. For anything else, and for an empty
  /// plain scalar, reports a problem and returns nil.
  func text(expected expectation: String) -> String? {
    if case .scalar(let text, _) = node.content, !node.isNothing { return text }
    report(expected: expectation)
    return nil
  }

  /// A description of the node for a message.
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

/// One file while it is read. It collects the file's problems and secrets.
final class Reading {
  /// The file's path, relative to the configuration's folder.
  let file: String
  let surroundings: Surroundings
  /// Whether every user of the machine may read the file.
  let isWorldReadable: Bool
  private(set) var problems: [Problem] = []
  /// Whether the value of a secret is unknown here, and empty bytes stand for it: its file doesn't
  /// exist yet, isn't read or can't be read, or only the service has the credential.
  var hasUnknownSecrets = false
  /// The secrets that were read so far, in the order of the file.
  var secrets: [NamedSecret] = []

  init(file: String, surroundings: Surroundings, isWorldReadable: Bool = false) {
    self.file = file
    self.surroundings = surroundings
    self.isWorldReadable = isWorldReadable
  }

  /// The problems in the order of their lines and columns.
  var ordered: [Problem] {
    problems.enumerated().sorted { a, b in
      let first = (a.element.line ?? 0, a.element.column ?? 0, a.offset)
      return first < (b.element.line ?? 0, b.element.column ?? 0, b.offset)
    }.map(\.element)
  }

  var hasErrors: Bool { problems.contains { $0.severity == .error } }

  func report(_ problem: Problem) { problems.append(problem) }

  /// Returns the root of the file's document. If the bytes aren't YAML, reports a problem and
  /// returns nil.
  func root(of bytes: [UInt8]) -> Found? {
    do {
      return Found(node: try YAMLDocument.parse(bytes), path: "", reading: self)
    } catch {
      report(error.problem(in: file))
      return nil
    }
  }
}

/// A name and its value. A list of pairs keeps the order of the file.
struct Pair<Value: Sendable>: Sendable {
  let name: String
  let value: Value
}
