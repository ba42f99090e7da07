import FoundationEssentials
import Webhooks

extension StatusReport {
  /// Returns the report as an administrator reads it on a screen.
  public func text(at now: Date, on screen: Screen = Screen()) -> String {
    let tables = StatusTables(report: self, now: now)
    let facts = tables.facts(fallbackBaseURL: nil)
    let width = (facts.map(\.0.count).max() ?? 0) + 2
    var lines = facts.flatMap {
      screen.hanging($0.1, behind: $0.0.padded(to: width), columns: width)
    }
    lines += [""] + problems(on: screen)
    for table in tables.all {
      lines +=
        ["", table.title]
        + screen.table(
          table.head, table.rows, state: table.head.firstIndex(of: "state"),
          hasWords: table.hasWords)
    }
    return lines.drop { $0.isEmpty }.joined(separator: "\n")
  }

  /// Returns the findings, each with its remedy; a single line if all is well.
  public func problems(on screen: Screen = Screen()) -> [String] {
    guard !findings.isEmpty else { return [quietWords] }
    return ["To be mended"]
      + findings.flatMap { finding in
        let level = finding.level.word
        let lead = "  \(screen.coloured(level.padded(to: 9), as: level)) "
        return screen.hanging(finding.words, behind: lead, columns: 12)
          + Self.lines(ofRemedy: finding.remedy, on: screen)
      }
  }

  /// Returns a remedy on one line, or on one line a step where that is too long. A command is never
  /// broken in two, since people copy it.
  private static func lines(ofRemedy remedy: String, on screen: Screen) -> [String] {
    let lead = "            → "
    guard let width = screen.width, lead.count + remedy.count > width else {
      return [lead + remedy]
    }
    return remedy.components(separatedBy: "; ").enumerated().map { index, step in
      (index == 0 ? lead : String(repeating: " ", count: lead.count)) + step
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }
}
