/// One file while it is read: where its problems are collected.
final class Reading {
  /// Relative to the configuration's folder.
  let file: String
  let surroundings: Surroundings
  /// Whether every user of the machine may read the file.
  let isWorldReadable: Bool
  private(set) var problems: [Problem] = []
  /// Whether a secret stands there empty, because its value can't be known outside of the service.
  var hasUnknownSecrets = false
  /// The secrets that were read, in the order of the file.
  var secrets: [NamedSecret] = []

  init(file: String, surroundings: Surroundings, isWorldReadable: Bool = false) {
    self.file = file
    self.surroundings = surroundings
    self.isWorldReadable = isWorldReadable
  }

  /// The problems from the top of the file down.
  var ordered: [Problem] {
    problems.enumerated().sorted { a, b in
      let first = (a.element.line ?? 0, a.element.column ?? 0, a.offset)
      return first < (b.element.line ?? 0, b.element.column ?? 0, b.offset)
    }.map(\.element)
  }

  var hasErrors: Bool { problems.contains { $0.severity == .error } }

  func report(_ problem: Problem) { problems.append(problem) }

  /// The root of the file's document; nil, with a problem, where it isn't YAML.
  func root(of bytes: [UInt8]) -> Found? {
    do {
      return Found(node: try YAMLDocument.parse(bytes), path: "", reading: self)
    } catch {
      report(error.problem(in: file))
      return nil
    }
  }
}
