/// Tables, and what hangs behind a word, within the width of a terminal.
extension Screen {
  /// How far a table stands from the edge, and its columns from each other.
  private static let gap = 2

  /// Rows below a head. On a terminal no line is wider than it is, and nothing is cut: where there is little room,
  /// the head takes more lines, words stand below their row, a long first cell stands on a line of its own, and
  /// another goes on below itself.
  ///
  /// - Parameters:
  ///   - state: the column whose cells are coloured by what they say.
  ///   - hasWords: whether the last column holds words, which may be long.
  public func table(
    _ head: [String], _ rows: [[String]], state: Int? = nil, hasWords: Bool = false
  ) -> [String] {
    let widths = widths(head, rows, hasWords: hasWords)
    let words = widths.count < head.count ? head.last : nil
    return lines(head, widths, state: nil)
      + rows.flatMap { row in
        let isLong = width != nil && row[0].count > widths[0]
        let own = isLong ? hanging(row[0], behind: "  ", columns: Self.gap) : []
        let cells = isLong ? [""] + row.dropFirst() : row
        let said =
          words.flatMap { head in row.last.map { $0.isEmpty ? "" : "\(head): \($0)" } } ?? ""
        return own + lines(cells, widths, state: state)
          + (said.isEmpty ? [] : hanging(said, behind: "    ", columns: 2 * Self.gap))
      }
  }

  /// Words behind a lead, and below each other where they take more lines.
  ///
  /// - Parameter columns: what the lead takes.
  public func hanging(_ words: String, behind lead: String, columns: Int) -> [String] {
    guard let width else { return [lead + words] }
    let lines = Self.lines(words, max(width - columns, 10))
    let blanks = String(repeating: " ", count: columns)
    return [lead + (lines.first ?? "")] + lines.dropFirst().map { blanks + $0 }
  }

  /// The columns that stand beside each other: all, or all but the words.
  private func widths(_ head: [String], _ rows: [[String]], hasWords: Bool) -> [Int] {
    let cells = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let whole = zip(cells, head).map { max($0, $1.count) }
    guard let width else { return whole }
    let folded = zip(cells, head).map { cell, name in
      max(cell, name.split(separator: " ").map(\.count).max() ?? 0)
    }
    var choices = [whole, folded]
    if hasWords { choices += choices.map { $0.dropLast() } }
    func over(_ widths: [Int]) -> Int { widths.reduce(0) { $0 + Self.gap + $1 } - width }
    if let fitting = choices.first(where: { over($0) <= 0 }) { return fitting }
    var widths = choices[choices.count - 1]
    while over(widths) > 0, let most = widths.max(), most > 1,
      let widest = widths.firstIndex(of: most)
    {
      widths[widest] -= 1
    }
    return widths
  }

  private func lines(_ row: [String], _ widths: [Int], state: Int?) -> [String] {
    let parts = zip(row, widths).map { width == nil ? [$0] : Self.lines($0, $1) }
    return (0..<max(1, parts.map(\.count).max() ?? 1)).map { line in
      let cells = parts.indices.map { column in
        let part = line < parts[column].count ? parts[column][line] : ""
        let cell = padded(part, to: widths[column])
        return column == state && !part.isEmpty ? coloured(cell, as: row[column]) : cell
      }.joined(separator: "  ")
      return "  " + cells.prefix(cells.count - cells.reversed().prefix { $0 == " " }.count)
    }
  }
}
