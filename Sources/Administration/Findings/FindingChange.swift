import Bytes
import FoundationEssentials
import Serving
import Spooling

/// A finding that is not as it was told last.
struct FindingChange: Equatable {
  enum Kind: String { case begins, worsens, ends, eases }

  let kind: Kind
  /// The finding as it is now; as it was, if it ends.
  let finding: FindingWatch.Told

  /// Returns what has changed, in order of the subjects. While the responder isn't running, or
  /// hangs, nothing ends: what it would say of the rest isn't known.
  static func changes(from told: [FindingWatch.Told], to report: StatusReport) -> [FindingChange] {
    let before = Dictionary(told.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    let now = Dictionary(grouping: report.findings) {
      FindingWatch.Key(kind: $0.kind, subject: $0.subject)
    }
    let isBlind = report.findings.contains { $0.kind == .responder }
    return Set(before.keys).union(now.keys).sorted().compactMap { key in
      guard let findings = now[key] else {
        return before[key].flatMap { isBlind ? nil : FindingChange(kind: .ends, finding: $0) }
      }
      let finding = FindingWatch.Told(
        key: key, level: findings.map(\.level).max() ?? .warning, words: findings.map(\.words),
        remedies: findings.map(\.remedy))
      guard let earlier = before[key] else { return FindingChange(kind: .begins, finding: finding) }
      if finding.level == earlier.level { return nil }
      return FindingChange(
        kind: finding.level > earlier.level ? .worsens : .eases, finding: finding)
    }
  }

  /// The change for the program: one JSON object on one line, with a newline at its end.
  func json(at now: Date) -> [UInt8] {
    JSONFragment.object([
      ("change", .text(kind.rawValue)), ("level", .text(finding.level.word.lowercased())),
      ("kind", .text(finding.key.kind.rawValue)), ("subject", .text(finding.key.subject)),
      ("time", .text(now.rfc3339)), ("words", .list(finding.words.map { .text($0) })),
      ("remedies", .list(finding.remedies.map { .text($0) })),
    ]).bytes + [10]
  }
}
