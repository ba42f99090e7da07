import Yams

extension SyntaxError {
  /// What Yams says, without the snippet of the file that it would show (there may be a secret in it).
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
