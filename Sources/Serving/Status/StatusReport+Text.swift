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
    lines += findings.isEmpty ? ["", quietWords] : ["", "To be mended"]
    for finding in findings {
      lines += [
        "  \(screen.coloured(finding.level.word.padded(to: 9), as: finding.level.word)) \(finding.words)",
        "            → \(finding.remedy)",
      ]
    }
    for table in tables.all { lines += ["", table.title] + Self.lines(of: table, on: screen) }
    return lines.drop { $0.isEmpty }.joined(separator: "\n")
  }

  private static func lines(of table: StatusTables.Table, on screen: Screen) -> [String] {
    let state = table.head.firstIndex(of: "state")
    let rows = [table.head] + table.rows
    let widths = table.head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let cell = row[column].padded(to: widths[column])
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
