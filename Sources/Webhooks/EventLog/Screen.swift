import Bytes
import FoundationEssentials

/// The screen that people read on: a terminal of some width, with or without colours. Output to a
/// file, a pipe or a service has no screen, and is never cut or coloured.
public struct Screen: Sendable {
  /// The columns of the terminal, at least 40; nil without a terminal.
  public let width: Int?
  /// Whether states and verdicts are coloured.
  public let isColoured: Bool

  /// - Parameters:
  ///   - width: the columns of the terminal; nil without a terminal.
  ///   - isColoured: whether states and verdicts are coloured.
  public init(width: Int? = nil, isColoured: Bool = false) {
    self.width = width.map { max($0, 40) }
    self.isColoured = isColoured
  }

  /// Whether an entry of the log and its words take more than one line: the terminal has fewer than
  /// 140 columns.
  public var isNarrow: Bool { (width ?? .max) < 140 }

  /// Returns a moment in local time: short on a narrow screen, otherwise to the millisecond and
  /// with its offset.
  public func time(_ moment: Date, in zone: LocalTime = .current) -> String {
    isNarrow
      ? String(zone.text(moment).dropFirst(5).prefix(14)) : LogTable.text(moment, in: zone)
  }

  /// Returns a delivery's id, cut on a narrow screen to the 13 characters of its millisecond, which
  /// commands accept as well.
  public func id(_ text: String) -> String { isNarrow ? String(text.prefix(13)) : text }

  /// Returns an entry: its cells and the words behind them, or below them on a narrow screen. If
  /// the last cell had to be cut, such as a long address, its whole text follows the words.
  public func entry(_ cells: [Cell], words: String) -> String {
    guard isNarrow, let width else {
      return (cells.map { coloured(padded($0.text, to: $0.width), $0) } + [words])
        .joined(separator: "  ")
    }
    var room = width
    var parts: [String] = []
    for cell in cells where room > 0 {
      let isLast = parts.count == cells.count - 1
      let text = Self.cut(cell.text, to: isLast ? room : min(cell.width, room))
      parts.append(coloured(isLast ? text : padded(text, to: min(cell.width, room)), cell))
      room -= cell.width + 2
    }
    let rest = cells.last.map { parts.last == $0.text ? "" : "; \($0.text)" } ?? ""
    return ([parts.joined(separator: "  ")] + Self.lines(words + rest, width - 2).map { "  \($0)" })
      .joined(separator: "\n")
  }

  /// Returns a text in the colour of a word. The text stays as it is without colours, or if the
  /// word has none.
  public func coloured(_ text: String, as word: String) -> String {
    guard isColoured, let colour = Self.colours[word] else { return text }
    return "\u{1b}[\(colour)m\(text)\u{1b}[0m"
  }

  /// Returns a text that is cut to `width` characters, with an ellipsis if it was longer.
  public static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : "\(text.prefix(max(width - 1, 0)))…"
  }

  /// Returns a text in lines of at most `width` characters. A longer word is cut in two.
  static func lines(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var rest = text[...]
    while rest.count > width {
      let line = rest.prefix(width + 1)
      let space = line.lastIndex(of: " ").flatMap { $0 > rest.startIndex ? $0 : nil }
      lines.append(String(rest[..<(space ?? line.index(before: line.endIndex))]))
      rest = rest[(space.map { rest.index(after: $0) } ?? line.index(before: line.endIndex))...]
    }
    return lines + (rest.isEmpty ? [] : [String(rest)])
  }

  func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func coloured(_ text: String, _ cell: Cell) -> String {
    cell.isState ? coloured(text, as: cell.text) : text
  }

  /// The numbers of red, green, yellow and faint in ECMA-48 (SGR).
  private static let colours: [String: Int] = [
    "accepted": 32, "active": 32,
    "refused": 31, "rejected": 31, "broken": 31, "failed": 31, "CRITICAL": 31,
    "unavailable": 33, "waiting": 33, "retry": 33, "WARNING": 33,
    "disabled": 2, "done": 2,
  ]
}

extension Screen {
  /// A text of an entry, made safe for a terminal, and the number of its columns.
  public struct Cell: Sendable {
    let text: String
    let width: Int
    let isState: Bool

    /// - Parameters:
    ///   - text: the text, which is made safe here.
    ///   - width: the columns of the cell. On a narrow screen a longer text is cut. The last cell
    ///     has the rest of the line instead.
    ///   - isState: whether the text is a state or a verdict, which has a colour.
    public init(_ text: String, _ width: Int, isState: Bool = false) {
      self.text = SafeText.text(text)
      self.width = width
      self.isState = isState
    }
  }
}

/// Tables, and text that hangs behind a lead, within the width of a terminal.
extension Screen {
  /// The blanks between the edge and a table, and between its columns.
  private static let gap = 2

  /// Returns the lines of a table. On a terminal no line is wider than the screen, and nothing is
  /// cut. On a narrow screen the head takes more lines, words stand below their row, a long first
  /// cell has a line of its own, and another long cell continues below itself.
  ///
  /// - Parameters:
  ///   - head: the names of the columns.
  ///   - rows: the cells of each row, as many as the head has.
  ///   - state: the column whose cells are coloured by their text; nil for none.
  ///   - hasWords: whether the last column holds words, which may be long.
  /// - Returns: the lines, without newlines.
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

  /// Returns words behind a lead that takes `columns` columns, as lines without newlines. Further
  /// lines are indented to stand below the first words.
  public func hanging(_ words: String, behind lead: String, columns: Int) -> [String] {
    guard let width else { return [lead + words] }
    let lines = Self.lines(words, max(width - columns, 10))
    let blanks = String(repeating: " ", count: columns)
    return [lead + (lines.first ?? "")] + lines.dropFirst().map { blanks + $0 }
  }

  /// Returns the widths of the columns that stand beside each other: all, or all but the words.
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
