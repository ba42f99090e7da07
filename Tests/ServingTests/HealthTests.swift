import Foundation
import Spooling
import Testing
import Webhooks

@testable import Serving

/// The findings that are warnings, and those that are critical.
@Suite struct HealthTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let what: String
    let level: Finding.Level?
    let kind: Finding.Kind
    let words: String
    let change: @Sendable (inout StatusFile) -> Void

    var testDescription: String { what }

    init(
      _ what: String, _ level: Finding.Level?, _ kind: Finding.Kind, words: String = "",
      _ change: @escaping @Sendable (inout StatusFile) -> Void
    ) {
      self.what = what
      self.level = level
      self.kind = kind
      self.words = words
      self.change = change
    }
  }

  private static let now = Samples.now
  private static let day = 86_400.0

  static let cases = [
    Case("stale", .critical, .responder, words: "31 s") { $0.written = now - 31 },
    Case("a little old", nil, .responder) { $0.written = now - 29 },
    Case("an error at a reload", .warning, .configuration, words: "webhooks/erp.yaml") {
      $0.problems = [Problem(file: "webhooks/erp.yaml", "no")]
    },
    Case("a warning at a reload", nil, .configuration) {
      $0.problems = [Problem(.warning, file: "webhooks/erp.yaml", "odd")]
    },
    Case("a webhook that is broken", .critical, .configuration, words: "503 from erp") {
      $0.problems = [Problem(file: "webhooks/erp.yaml", "no")]
      $0.configured["erp"] = Samples.webhook(state: "broken")
    },
    Case("a full disk", .critical, .disk, words: "min_free") { $0.disks[0].bytes = 1 << 29 },
    Case("a disk nearly full", .warning, .disk) { $0.disks[0].bytes = 3 << 29 },
    Case("few inodes", .critical, .disk, words: "min_free_inodes") { $0.disks[0].inodes = 9_999 },
    Case("a disk that failed", .critical, .disk) { $0.distrust = ["fsync: EIO"] },
    Case("no write-ahead log", .critical, .log, words: "locked") {
      $0.log.isInUse = false
      $0.log.problem = "locked"
    },
    Case("a log that can't be emptied", .warning, .log, words: "No space") {
      $0.log.problem = "No space"
    },
    Case("a damaged log", .critical, .log) { $0.log.unreadable = ["segment 1"] },
    Case("a log that is elsewhere", .critical, .log, words: "another directory is at /state now") {
      $0.log.isElsewhere = true
    },
    Case("unpublished for a moment", nil, .spool) {
      $0.unpublished["stock"] = .init(tasks: 1, oldest: now - 9)
    },
    Case(
      "unpublished for 10 s", .warning, .spool,
      words: "spool stock: 1 acknowledged task is not published yet, the oldest for 10 s"
    ) {
      $0.unpublished["stock"] = .init(tasks: 1, oldest: now - 10)
    },
    Case(
      "unpublished for a minute, and set aside", .critical, .spool,
      words: "4 of them set aside: odd"
    ) {
      $0.unpublished["stock"] = .init(tasks: 5, aside: 4, oldest: now - 60, problem: "odd")
    },
    Case("what fails", .warning, .spool, words: "levelwind incoming prepare") {
      $0.unpublished["stock"] = .init(tasks: 5, oldest: now - 59, problem: "odd")
    },
    Case("what hangs", .warning, .spool, words: "levelwind wal list; dmesg") {
      $0.unpublished["stock"] = .init(tasks: 5, oldest: now - 59)
    },
    Case(
      "several of one file system", .critical, .spool,
      words: "file system /spool: 3 acknowledged tasks of audit, stock are not published"
    ) {
      $0.unpublished = [
        "stock": .init(tasks: 1, oldest: now - 20), "audit": .init(tasks: 2, oldest: now - 61),
        "fine": .init(tasks: 7, oldest: now - 1),
      ]
      $0.fileSystems = ["stock": "/spool", "audit": "/spool", "fine": "/spool"]
    },
    Case(
      "unpublished of a spool that is no longer configured", .warning, .spool,
      words: "levelwind wal export old ./old-tasks; levelwind wal drop old --yes"
    ) {
      $0.unpublished["old"] = .init(tasks: 1, oldest: now - 10, problem: "missing")
      $0.unconfigured = ["old"]
    },
    Case("a failed task", .warning, .spool, words: "levelwind task retry stock --state failed") {
      $0.spools["stock"]?.failed = 1
    },
    Case("many failed tasks", .critical, .spool, words: "1,000") {
      $0.spools["stock"]?.failed = 1000
    },
    Case("an hour old", .warning, .spool, words: "60 min") {
      $0.spools["stock"]?.oldest = now - 3600
    },
    Case("a day old", .critical, .spool) { $0.spools["stock"]?.oldest = now - day },
    Case("many wait", .warning, .spool, words: "10,000 tasks waiting") {
      $0.spools["stock"]?.retry = 10_000
    },
    Case("a spool that can't be used", .critical, .spool, words: "no such directory") {
      $0.spoolProblems = [.init(spool: "stock", reason: "no such directory", time: now)]
    },
    Case(
      "a record that was given up", .warning, .postprocess,
      words: "mv /state/postprocess/erp.http/failed/*.json /state/postprocess/erp.http/new/"
    ) {
      $0.records["erp.http"]?.failed = 1
    },
    Case("many that were given up", .critical, .postprocess, words: "erp.http: 1,000 records") {
      $0.records["erp.http"]?.failed = 1000
    },
    Case(
      "a record an hour old", .warning, .postprocess, words: "of 2 records has waited for 60 min"
    ) {
      $0.records["erp.http"]?.retry = 2
      $0.records["erp.http"]?.oldest = now - 3600
    },
    Case("records that nobody works on", .warning, .postprocess, words: "3 records of erp.old") {
      $0.records["erp.old"] = SpoolLook()
      $0.records["erp.old"]?.new = 1
      $0.records["erp.old"]?.failed = 2
    },
    Case(
      "those of a webhook that is gone", .warning, .postprocess,
      words: "rm -r /state/postprocess/gone.a"
    ) {
      $0.records["gone.a"] = SpoolLook()
      $0.records["gone.a"]?.cur = 1
    },
    Case("an empty spool of one that is gone", nil, .postprocess) {
      $0.records["gone.a"] = SpoolLook()
    },
    Case("refused for five minutes", .warning, .sender, words: "(ERP Stock)") {
      $0.webhooks["erp"]?.unavailableSince = now - 300
    },
    Case("refused for an hour", .critical, .sender, words: "60 min") {
      $0.webhooks["erp"]?.unavailableSince = now - 3600
    },
    Case("refused just now", nil, .sender) { $0.webhooks["erp"]?.unavailableSince = now - 10 },
    Case("refused, and disabled since", nil, .sender) {
      $0.webhooks["erp"]?.unavailableSince = now - 3600
      $0.configured["erp"] = Samples.webhook(state: "disabled")
    },
    Case("a webhook without its secret", .warning, .secret, words: "waits for its secret") {
      $0.configured["erp"] = Samples.webhook(state: "waiting")
    },
    Case("one that has refused its sender for an hour", .critical, .secret, words: "secret add erp")
    {
      $0.configured["erp"] = Samples.webhook(state: "waiting")
      $0.webhooks["erp"]?.unavailableSince = now - 3600
    },
    Case("two that nothing wanted", nil, .unwanted) {
      $0.webhooks["erp"]?.unwanted = .init(count: 2, since: now - 60)
    },
    Case("three, and never another", .warning, .unwanted, words: "its last 3 deliveries, since ") {
      $0.webhooks["erp"]?.counts = ["unwanted": 3]
      $0.webhooks["erp"]?.unwanted = .init(count: 3, since: now - 60)
    },
    Case("nine where all were wanted before", nil, .unwanted) {
      $0.webhooks["erp"]?.counts = ["unwanted": 9, "accepted": 100]
      $0.webhooks["erp"]?.unwanted = .init(count: 9, since: now - 60)
    },
    Case("ten where all were wanted before", .warning, .unwanted, words: "incoming show stock") {
      $0.webhooks["erp"]?.counts = ["unwanted": 10, "accepted": 100]
      $0.webhooks["erp"]?.unwanted = .init(count: 10, since: now - 60)
    },
    Case("forty-nine where one in five was wanted before", nil, .unwanted) {
      $0.webhooks["erp"]?.counts = ["unwanted": 449, "accepted": 100]
      $0.webhooks["erp"]?.unwanted = .init(count: 49, since: now - 60)
    },
    Case("fifty where one in five was wanted before", .warning, .unwanted) {
      $0.webhooks["erp"]?.counts = ["unwanted": 450, "accepted": 100]
      $0.webhooks["erp"]?.unwanted = .init(count: 50, since: now - 60)
    },
    Case("two by the same difference of clocks", nil, .clock) {
      $0.webhooks["erp"]?.clock = .init(count: 2, seconds: -3600, timestamp: 0)
    },
    Case("three by the same difference of clocks", .warning, .clock, words: "3600 s behind") {
      $0.webhooks["erp"]?.clock = .init(count: 3, seconds: -3600, timestamp: 0)
    },
    Case("silent", .warning, .silence, words: "expected every 1d") {
      $0.configured["erp"] = Samples.webhook(expectEvery: day)
      $0.webhooks["erp"]?.expectedSince = now - 9 * day
      $0.webhooks["erp"]?.lastDelivery = now - day
    },
    Case("heard of", nil, .silence) {
      $0.configured["erp"] = Samples.webhook(expectEvery: day)
      $0.webhooks["erp"]?.expectedSince = now - 9 * day
      $0.webhooks["erp"]?.lastDelivery = now - day + 60
    },
    Case("expected only now", nil, .silence) {
      $0.configured["erp"] = Samples.webhook(expectEvery: day)
      $0.webhooks["erp"]?.expectedSince = now - 60
      $0.webhooks["erp"]?.lastDelivery = now - 9 * day
    },
    Case("never heard of", .warning, .silence, words: "(never)") {
      $0.configured["erp"] = Samples.webhook(expectEvery: day)
      $0.webhooks["erp"]?.expectedSince = now - 2 * day
    },
    Case("the last secret expires", .warning, .secret) {
      $0.configured["erp"] = Samples.webhook(secrets: [("a", now + day), ("b", now - day)])
    },
    Case("every secret has expired", .critical, .secret) {
      $0.configured["erp"] = Samples.webhook(secrets: [("a", now - day), ("b", now - 1)])
    },
    Case("an old secret has expired", .warning, .secret, words: "secret a expired") {
      $0.configured["erp"] = Samples.webhook(secrets: [("a", now - 1), ("b", nil)])
    },
    Case("an old secret that is used expires", .warning, .secret, words: "its sender still uses it")
    {
      $0.configured["erp"] = Samples.webhook(secrets: [("a", now + day), ("b", nil)])
      $0.webhooks["erp"]?.secrets["a"] = .init(count: 1, last: now - 60)
    },
    Case("an old secret that is not used expires", nil, .secret) {
      $0.configured["erp"] = Samples.webhook(secrets: [("a", now + day), ("b", nil)])
      $0.webhooks["erp"]?.secrets["a"] = .init(count: 1, last: now - 30 * day)
    },
  ]

  private func findings(
    _ status: StatusFile?, work: [String: WorkStatus] = [:], isRunning: Bool = true
  ) -> [Finding] {
    Health(limits: HealthLimits()).findings(
      status, work: work, isRunning: isRunning, at: Self.now)
  }

  @Test(arguments: cases) func `each thing has its level`(_ one: Case) {
    let found = findings(Samples.status(one.change))
    #expect(found.map(\.level) == (one.level.map { [$0] } ?? []), "\(found)")
    for finding in found {
      #expect(finding.kind == one.kind)
      let all = "\(finding.words) \(finding.remedy)"
      #expect(one.words.isEmpty || all.contains(one.words), "\(finding)")
      #expect(!finding.remedy.isEmpty)
    }
  }

  @Test func `without a responder it is critical`() {
    #expect(findings(nil).map(\.kind) == [.responder])
    #expect(findings(Samples.status(), isRunning: false).map(\.level) == [.critical])
    #expect(findings(Samples.status()).isEmpty)
  }

  @Test func `post-processing that fails for a while, or was killed, is told`() {
    #expect(findings(Samples.status(), work: ["postprocess": Samples.work(failingFor: 60)]) == [])
    let failing = findings(
      Samples.status(), work: ["postprocess": Samples.work(failingFor: 600)])
    #expect(failing.map(\.level) == [.warning])
    #expect(
      failing.first?.words.contains("erp.http has been failing for 10 min: status 500") == true)
    // Failing of a drain is its importer's affair. Its failed tasks have a finding of their own.
    #expect(findings(Samples.status(), work: ["drain-stock": Samples.work(failingFor: 600)]) == [])
    var killed = Samples.work(failingFor: nil)
    killed.process = 4_000_000
    #expect(
      findings(Samples.status(), work: ["postprocess": killed]).map(\.kind) == [.postprocess])
    killed.ended = Self.now
    #expect(findings(Samples.status(), work: ["postprocess": killed]) == [])
  }

  @Test func `what a broken webhook has isn't known, and what is told once is not told twice`() {
    let broken = Samples.status { status in
      status.configured["erp"] = Samples.webhook(state: "broken")
      status.configured["erp"]?.postProcessors = []
      status.records["erp.http"]?.new = 1
    }
    #expect(findings(broken).isEmpty)
    let old = Samples.status { $0.records["erp.http"]?.oldest = Self.now - Self.day }
    let failing = findings(old, work: ["postprocess": Samples.work(failingFor: 600)])
    #expect(failing.count == 1, "\(failing)")
    let gone = Samples.status { status in
      status.records = [:]
      status.configured["erp"]?.postProcessors = ["other"]
    }
    #expect(findings(gone, work: ["postprocess": Samples.work(failingFor: 600)]).isEmpty)
  }

  @Test func `the line has the worst first, no line end, and one bar`() {
    let status = Samples.status { status in
      status.spools["stock"]?.failed = 3
      status.spoolProblems = [.init(spool: "stock", reason: "a\nb|c\u{1b}[2J", time: Self.now)]
    }
    let limits = HealthLimits()
    let report = StatusReport(
      status: status, work: [:], isRunning: true, limits: limits, at: Self.now)
    let line = report.line(limits: limits, at: Self.now)
    #expect(line.hasPrefix("LEVELWIND CRITICAL - spool stock, since "))
    #expect(line.split(separator: "|").count == 2)
    #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    #expect(line.contains(" failed=3;1;1000;0 "))
    #expect(report.exitCode == 2)
    let well = StatusReport(
      status: Samples.status(), work: [:], isRunning: true, limits: limits, at: Self.now)
    #expect(well.exitCode == 0)
    #expect(
      well.line(limits: limits, at: Self.now)
        .hasPrefix("LEVELWIND OK - 1 webhook active, no delivery yet | accepted=0c "))
  }

  @Test func `spools of two file systems are two findings`() {
    let status = Samples.status {
      $0.unpublished = [
        "stock": .init(tasks: 1, oldest: Self.now - 20),
        "audit": .init(tasks: 2, oldest: Self.now - 61),
      ]
      $0.fileSystems = ["stock": "/spool", "audit": "/spool/audit"]
    }
    let found = findings(status)
    #expect(found.map(\.subject) == ["audit", "stock"])
    var limits = HealthLimits()
    limits.unpublished = .init(.seconds(62), .seconds(90))
    let report = StatusReport(
      status: status, work: [:], isRunning: true, limits: limits, at: Self.now)
    #expect(report.findings.isEmpty)
    #expect(report.line(limits: limits, at: Self.now).contains(" unpublished=61s;62;90;0 "))
  }
}
