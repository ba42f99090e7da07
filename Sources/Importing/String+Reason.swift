extension String {
  var firstLine: Substring { prefix { !$0.isNewline } }

  /// With something more at the end of its first line.
  func withFirstLine(_ more: String) -> String { firstLine + more + dropFirst(firstLine.count) }

  /// The most characters of what was said that are shown.
  private static let longestSaid = 400

  /// The reason of a failed attempt in one line: how it ended, and what tells most of what was said then. Of a
  /// command that is the last line of its standard error, of a server the first line of its answer:
  /// `exit status 65: no such item`.
  ///
  /// It may hold what a command or a server wrote, but for line ends: whatever prints it makes it safe.
  public var reasonLine: String {
    let head = String(firstLine)
    let said = dropFirst(head.count).split(whereSeparator: \.isNewline)
      .prefix { $0 != "before it was retried by hand:" }
      .filter { !$0.allSatisfy(\.isWhitespace) }
    let telling =
      if head.hasPrefix("exit status ") || head.hasPrefix("killed") {
        said.last
      } else if head.hasPrefix("answered ") { said.first } else { Substring?.none }
    guard let telling else { return head }
    let words = telling.drop { $0.isWhitespace }
    return "\(head): \(words.prefix(Self.longestSaid))"
  }
}
