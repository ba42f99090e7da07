import Foundation

/// What people read on: a terminal of some width, with colours or without. A file, a pipe and a service are
/// none: what they get is never cut and never coloured.
public struct Screen: Sendable {
  /// Columns of the terminal; nil where there is none.
  public let width: Int?
  public let isColoured: Bool

  /// - Parameters:
  ///   - width: columns; nil where no terminal is there.
  ///   - isColoured: whether states and verdicts are coloured.
  public init(width: Int? = nil, isColoured: Bool = false) {
    self.width = width.map { max($0, 40) }
    self.isColoured = isColoured
  }

  /// Whether an entry of the log and what is said of it take more than one line.
  public var isNarrow: Bool { (width ?? .max) < 140 }

  /// A moment in local time: short where there is little room, else to the millisecond and with its offset.
  public func time(_ moment: Date, in zone: TimeZone = .current) -> String {
    guard isNarrow else { return LogTable.text(moment, in: zone) }
    let text = moment.formatted(
      Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: zone))
    return String(text.dropFirst(5).prefix(14))
  }

  /// A delivery's id: the 13 characters of its millisecond where there is little room. Commands take them for
  /// the whole.
  public func id(_ text: String) -> String { isNarrow ? String(text.prefix(13)) : text }

  /// An entry: its cells, and the words behind them; or below them, where there is little room. What had to be
  /// cut of the last cell, such as a long address, ends the words.
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

  /// A text in the colour of what it says; itself where there are no colours, or the word has none.
  public func coloured(_ text: String, as word: String) -> String {
    guard isColoured, let colour = Self.colours[word] else { return text }
    return "\u{1b}[\(colour)m\(text)\u{1b}[0m"
  }

  /// The beginning of a text that is too long, with an ellipsis.
  public static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : "\(text.prefix(max(width - 1, 0)))…"
  }

  /// Words in lines; a word that is longer than a line is cut in two.
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

  /// Red, green, yellow and faint, as ECMA-48 numbers them (SGR).
  private static let colours: [String: Int] = [
    "accepted": 32, "active": 32,
    "refused": 31, "rejected": 31, "broken": 31, "failed": 31, "CRITICAL": 31,
    "unavailable": 33, "waiting": 33, "retry": 33, "WARNING": 33,
    "disabled": 2, "done": 2,
  ]
}

extension Screen {
  /// A text of an entry, made safe for a terminal, and the columns that it takes.
  public struct Cell: Sendable {
    let text: String
    let width: Int
    let isState: Bool

    /// - Parameters:
    ///   - width: columns; a longer text is cut to them where there is little room, except in the last cell,
    ///     which has the rest of the line.
    ///   - isState: whether it is a state or a verdict, which has a colour.
    public init(_ text: String, _ width: Int, isState: Bool = false) {
      self.text = SafeText.text(text)
      self.width = width
      self.isState = isState
    }
  }
}
