/// The characters of a YAML file, by line and column.
struct YAMLLines {
  typealias Text = [Unicode.Scalar]

  let text: Text
  /// The offsets at which the lines begin: one more than there are line ends.
  let starts: [Int]
  /// The line end of the file: CR LF if the file has a CR, otherwise LF.
  let lineEnd: Text

  init(_ text: String) {
    self.text = Text(text.unicodeScalars)
    var starts = [0]
    var index = 0
    while index < self.text.count {
      let isPair =
        self.text[index] == "\r" && index + 1 < self.text.count && self.text[index + 1] == "\n"
      if self.text[index] == "\n" || self.text[index] == "\r" {
        starts.append(index + (isPair ? 2 : 1))
      }
      index += isPair ? 2 : 1
    }
    self.starts = starts
    lineEnd = text.unicodeScalars.contains("\r") ? ["\r", "\n"] : ["\n"]
  }

  /// Returns the offset of a line and column, both from 1; nil if they lie outside of the text.
  func offset(line: Int, column: Int) -> Int? {
    guard starts.indices.contains(line - 1), column > 0 else { return nil }
    let offset = starts[line - 1] + column - 1
    return offset <= text.count ? offset : nil
  }

  /// Returns a line, from 1, without its line end. Empty behind the last line.
  func line(_ number: Int) -> Text.SubSequence {
    guard starts.indices.contains(number - 1) else { return [] }
    let end = starts.indices.contains(number) ? starts[number] : text.count
    var line = text[starts[number - 1]..<end]
    while line.last == "\n" || line.last == "\r" { line.removeLast() }
    return line
  }

  var count: Int { starts.count }

  /// Returns the number of blanks and tabs that a line begins with; nil if the line has nothing
  /// else.
  func indentation(_ number: Int) -> Int? {
    let line = line(number)
    return line.firstIndex { $0 != " " && $0 != "\t" }.map { $0 - line.startIndex }
  }

  /// Whether a line is blank or holds only a comment.
  func isIdle(_ number: Int) -> Bool {
    let rest = line(number).drop { $0 == " " || $0 == "\t" }
    return rest.isEmpty || rest.first == "#"
  }

  /// Returns the text with a range replaced.
  func replacing(_ range: Range<Int>, with new: some Sequence<Unicode.Scalar>) -> Text {
    var text = text
    text.replaceSubrange(range, with: Text(new))
    return text
  }

  /// Returns the text with a new line before one of its lines, or behind the last.
  func inserting(_ new: String, before number: Int) -> Text {
    guard number > count || starts[number - 1] == text.count else {
      let at = starts[number - 1]
      return replacing(at..<at, with: Text(new.unicodeScalars) + lineEnd)
    }
    let isEnded = text.isEmpty || starts.last == text.count
    return text + (isEnded ? Text(new.unicodeScalars) + lineEnd : lineEnd + new.unicodeScalars)
  }

  /// Returns the text without the lines of a half-open range, from 1.
  func removing(_ lines: Range<Int>) -> Text {
    let start = starts[lines.lowerBound - 1]
    let end = lines.upperBound > count ? text.count : starts[lines.upperBound - 1]
    return replacing(start..<end, with: [])
  }
}
