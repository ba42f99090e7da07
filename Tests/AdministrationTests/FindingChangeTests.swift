import Foundation
import Testing

@testable import Administration
@testable import Serving

/// What `on_finding` tells, from what was told before and what `health` finds now.
@Suite struct FindingChangeTests {
  private typealias Told = FindingWatch.Told

  private static func told(_ kind: Finding.Kind, _ subject: String, _ level: Finding.Level) -> Told
  {
    Told(
      key: FindingWatch.Key(kind: kind, subject: subject), level: level, words: ["before"],
      remedies: [])
  }

  private static func changes(
    _ told: [Told], _ findings: (level: Finding.Level, kind: Finding.Kind, subject: String)...
  ) -> [String] {
    let now = Date(timeIntervalSince1970: 1_795_456_146)
    let report = StatusReport(
      status: nil, work: [:], isRunning: true, limits: HealthLimits(),
      importers: findings.map {
        Finding($0.level, $0.kind, of: $0.subject, "\($0.kind) now", remedy: .load)
      }, at: now)
    // Without a status file the report says that no responder ever ran.
    return FindingChange.changes(from: told, to: report)
      .filter { $0.finding.key.kind != .responder }
      .map { "\($0.finding.key.subject) \($0.kind.rawValue) \($0.finding.level.word)" }
  }

  @Test func `what is new begins, what is worse worsens, what is the same is not told`() {
    #expect(
      Self.changes(
        [
          Self.told(.spool, "a", .warning), Self.told(.spool, "b", .warning),
          Self.told(.spool, "c", .critical),
        ], (.critical, .spool, "a"), (.warning, .spool, "b"), (.warning, .spool, "c"),
        (.warning, .spool, "d"))
        == ["a worsens CRITICAL", "c eases WARNING", "d begins WARNING"])
  }

  @Test func `findings about one subject are one, with the worst level`() {
    #expect(
      Self.changes([], (.warning, .spool, "a"), (.critical, .spool, "a"), (.warning, .disk, ""))
        == [" begins WARNING", "a begins CRITICAL"])
  }

  @Test func `nothing ends while the responder can't be heard`() {
    #expect(Self.changes([Self.told(.spool, "a", .warning)]) == [])
  }
}
