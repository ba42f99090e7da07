import Foundation
import Webhooks

extension StatusReport {
  /// What an administrator reads.
  ///
  /// - Parameter screen: what it is read on.
  public func text(at now: Date, on screen: Screen = Screen()) -> String {
    let tables = StatusTables(report: self, now: now)
    let facts = tables.facts(fallbackBaseURL: nil)
    let width = facts.map(\.0.count).max() ?? 0
    var lines = facts.map { "\($0.0.padded(to: width + 2))\($0.1)" }
    lines += [""] + problems(on: screen)
    for table in tables.all { lines += ["", table.title] + Self.lines(of: table, on: screen) }
    return lines.drop { $0.isEmpty }.joined(separator: "\n")
  }

  /// What is to be mended, each with its remedy; or that nothing is.
  public func problems(on screen: Screen = Screen()) -> [String] {
    guard !findings.isEmpty else { return [quietWords] }
    return ["To be mended"]
      + findings.flatMap { finding in
        let level = finding.level.word
        return [
          "  \(screen.coloured(level.padded(to: 9), as: level)) \(finding.words)",
          "            → \(finding.remedy)",
        ]
      }
  }

  private static func lines(of table: StatusTables.Table, on screen: Screen) -> [String] {
    let state = table.head.firstIndex(of: "state")
    let rows = [table.head] + table.rows
    let widths = table.head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var room = screen.width.map { $0 - 2 } ?? .max
      let cells = row.indices.map { column in
        let isLast = column == row.count - 1
        let cell =
          isLast
          ? Screen.cut(row[column], to: max(room, 20)) : row[column].padded(to: widths[column])
        room -= widths[column] + 2
        return column == state ? screen.coloured(cell, as: row[column]) : cell
      }.joined(separator: "  ")
      return "  " + cells.prefix(cells.count - cells.reversed().prefix { $0 == " " }.count)
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }
}
