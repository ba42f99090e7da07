extension String {
  var firstLine: Substring { prefix { !$0.isNewline } }

  /// Returns the text with more at the end of its first line.
  func withFirstLine(_ more: String) -> String { firstLine + more + dropFirst(firstLine.count) }

  /// The most characters of quoted output.
  private static let longestSaid = 400

  /// The reason of a failed attempt in one line: how it ended, and the most telling line of the
  /// output. For a command that is the last line of its standard error, for a server the first line
  /// of its answer: `exit status 65: no such item`.
  ///
  /// The line may contain anything but line ends that a command or a server wrote, so its printer
  /// must make it safe.
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
