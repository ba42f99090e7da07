import Foundation

extension StatusReport {
  /// One screen for an administrator.
  public func text(at now: Date) -> String {
    let tables = StatusTables(report: self, now: now)
    let facts = tables.facts(fallbackBaseURL: nil)
    let width = facts.map(\.0.count).max() ?? 0
    var lines = facts.map { "\($0.0.padded(to: width + 2))\($0.1)" }
    lines += findings.isEmpty ? ["", quietWords] : ["", "To be mended"]
    for finding in findings {
      lines += [
        "  \(finding.level.word.padded(to: 9)) \(finding.words)", "            → \(finding.remedy)",
      ]
    }
    for table in tables.all { lines += ["", table.title] + Self.lines(of: table) }
    return lines.drop { $0.isEmpty }.joined(separator: "\n")
  }

  private static func lines(of table: StatusTables.Table) -> [String] {
    let rows = [table.head] + table.rows
    let widths = table.head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
      return "  " + cells.prefix(cells.count - cells.reversed().prefix { $0 == " " }.count)
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }
}
