/// Finds the second place of a repeated key in a mapping. Yams reports only the first.
enum RepeatedKey {
  /// Returns the second place of a key.
  ///
  /// - Parameters:
  ///   - key: the key, without quotes.
  ///   - first: the line and column of the first place, both from 1.
  ///   - text: the whole text of the file.
  /// - Returns: the line and column of the second place, both from 1; nil if the key is spelled
  ///   differently there.
  static func second(
    of key: String, after first: (line: Int, column: Int), in text: String
  ) -> (Int, Int)? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.indices.contains(first.line - 1) else { return nil }
    let start = first.column - 1

    let sameLine = Array(lines[first.line - 1].unicodeScalars)
    for column in sameLine.indices.dropFirst(start + 1) where isKey(key, at: column, of: sameLine) {
      if ["{", ",", " "].contains(sameLine[column - 1]) { return (first.line, column + 1) }
    }
    for number in lines.indices.dropFirst(first.line) {
      let line = Array(lines[number].unicodeScalars)
      let indentation = line.prefix { $0 == " " }.count
      if indentation == line.count || line[indentation] == "#" { continue }
      if indentation < start { return nil }
      if isKey(key, at: start, of: line) { return (number + 1, first.column) }
    }
    return nil
  }

  private static func isKey(_ key: String, at column: Int, of line: [Unicode.Scalar]) -> Bool {
    for spelling in [key, "\"\(key)\"", "'\(key)'"].map(\.unicodeScalars) {
      guard line.dropFirst(column).starts(with: spelling) else { continue }
      let rest = line.dropFirst(column + spelling.count)
      if rest.drop(while: { $0 == " " }).first == ":" { return true }
    }
    return false
  }
}
