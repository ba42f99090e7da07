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

/// One file while it is read. It collects the file's problems.
final class Reading {
  /// The file's path, relative to the configuration's folder.
  let file: String
  /// What other rooms need while the file is read, and what they collect from it.
  var context: Context
  /// Whether every user of the machine may read the file.
  let isWorldReadable: Bool
  private(set) var problems: [Problem] = []

  init(file: String, context: Context, isWorldReadable: Bool = false) {
    self.file = file
    self.context = context
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

/// The values beside a file that its forms refer to. The engine knows only the folder. Each other
/// room adds one value of a type of its own.
struct Context: Sendable {
  /// The absolute path of the configuration's folder, where relative paths start.
  let folder: String
  private var values: [ObjectIdentifier: any ContextValue] = [:]

  init(folder: String) { self.folder = folder }

  /// The value of a type; a new one if none was set.
  subscript<Value: ContextValue>(type: Value.Type) -> Value {
    get { values[ObjectIdentifier(type)] as? Value ?? Value() }
    set { values[ObjectIdentifier(type)] = newValue }
  }
}

/// The value that one room adds to a context.
protocol ContextValue: Sendable {
  /// Creates the value of a file that refers to nothing.
  init()
}

/// A name and its value. A list of pairs keeps the order of the file.
struct Pair<Value: Sendable>: Sendable {
  let name: String
  let value: Value
}
