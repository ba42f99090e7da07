import Foundation
import History
import Spooling
import Testing
import Verification
import Webhooks

@testable import Administration
@testable import Harness

/// Deliveries of the history are found by their ids, decided about again, and brought back.
@Suite struct BringingBackTests {
  private let folder: Folder
  private static let id = "019a209c-e3ac-780b-8000-02d51ac8ca81"
  private let snapshot: Snapshot

  init() throws {
    folder = try Folder(named: "again")
    for (name, text) in [
      "etc/incoming/stock.yaml": "", "etc/incoming/audit.yaml": "filter: .data.body.a == 1",
      "etc/webhooks/erp.yaml": """
      incoming: stock
      pre_processors: [{type: header, name: X-Secret, secrets: [{literal: right-value}]}]
      """,
      "etc/webhooks/open.yaml": "incoming: stock\npre_processors: []",
      "etc/levelwind.yaml": """
      spool: \(folder.path)/spool
      state: \(folder.path)/state
      min_free: 0
      min_free_inodes: 0
      """,
    ] { try folder.write(text, to: name) }
    for name in ["spool", "state"] {
      try FileManager.default.createDirectory(at: folder(name), withIntermediateDirectories: true)
    }
    let loading = Snapshot.load(
      directory: folder("etc").path, credentials: .none, now: Date())
    snapshot = try #require(loading.snapshot, "\(loading.problems)")
    let settings = snapshot.settings
    var preparation = SpoolPreparation(
      root: settings.spool, owner: SystemUser(user: geteuid(), group: getegid()),
      isChanging: true)
    _ = preparation.run(
      ["stock", "audit"].map { SpoolPreparation.Wanted(identifier: $0, group: nil) })
  }

  /// Keeps a delivery of a webhook and returns it as it is found by an id.
  private func entry(
    _ webhook: String, _ more: String = #""verified":"header:X-Secret""#,
    by wanted: String = id
  ) throws -> HistoryEntry {
    let writer = HistoryWriter(state: snapshot.settings.state, HistoryLimits()) { _ in }
    writer.start()
    let id = try #require(UUIDv7(Self.id))
    let trace = ImporterSite.trace
    writer.keep(in: webhook, .verified, bytes: 1) {
      KeptRow(
        key: DeliveryKey(high: id.high, low: id.low), outcome: "accepted", status: 200,
        check: nil, senderID: "d-1", trace: trace.trace, remote: "192.0.2.7",
        facts: Array(
          """
          {"id":"\(Self.id)","webhook":"\(webhook)","time":"2026-11-24T09:00:00Z",\
          "verdict":"accepted","status":200,"remote":"192.0.2.7","method":"POST","path":"/",\
          "body_bytes":7,\(more),"steps":[],"routes":[],"tasks":[],"duration_us":1,\
          "generation":1,"omitted_headers":["x-secret"],"trace_id":"\(trace.trace)",\
          "span_id":"\(trace.span)"}
          """.utf8),
        head: Array("POST / HTTP/1.1\r\ncontent-length: 7\r\n\r\n".utf8),
        body: Array(#"{"a":1}"#.utf8))
    }
    writer.stop(within: .seconds(60))
    return try DeliveryQuery.only(wanted, state: snapshot.settings.state)
  }

  private func decide(
    _ entry: HistoryEntry, to target: String? = nil
  ) throws -> SecondDecision {
    SecondDecision(
      entry.facts, try CapturedMessage(entry.message).request, in: snapshot,
      to: target.flatMap { Identifier($0) })
  }

  @Test(arguments: [
    id, String(id.prefix(13)), "019a209c-e3ac-780b-8000-06d51ac8ca81", "d-1",
  ]) func `one is found by its id, its beginning, a task's id and the sender's`(
    _ wanted: String
  ) throws {
    #expect(try entry("open", by: wanted).facts.id == Self.id)
  }

  @Test func `an unknown id is said to be unknown`() throws {
    _ = try entry("open")
    for unknown in ["", "d-2", "019b", "019a209c-e3ac-780b-8000-02d51ac8ca82"] {
      #expect(throws: DeliveryQuery.NotFound.self) {
        try DeliveryQuery.only(unknown, state: snapshot.settings.state)
      }
    }
  }

  @Test func `one that passes now makes its tasks once, and is marked and logged`() throws {
    let entry = try entry("open")
    let decision = try decide(entry)
    guard case .accepted(let commit) = decision.outcome else {
      Issue.record("\(decision.outcome)")
      return
    }
    var noted: [LogRecord] = []
    var bringing = BringingBack(
      state: snapshot.settings.state, "levelwind delivery again, by user 1000")
    bringing.note = { noted.append($0) }
    for _ in 1...2 {
      let tasks = try bringing.run(entry, decision, commit, to: nil)
      #expect(tasks.map(\.spool) == [.incoming("stock")])
      #expect(folder.names(in: "spool/stock/new").count == 1)
    }
    #expect(noted.map(\.message) == ["delivery brought back", "delivery brought back"])
    let marks = BroughtBack(HistoryFolder(state: snapshot.settings.state), "open").marks()
    #expect(marks[entry.number]?.count == 2)
  }

  @Test func `what a secret header verified is refused again, and passes to one spool alone`()
    throws
  {
    let entry = try entry("erp")
    guard case .rejected = try decide(entry).outcome else {
      Issue.record("it passes without its header")
      return
    }
    guard case .accepted(let commit) = try decide(entry, to: "audit").outcome else {
      Issue.record("it does not pass to one spool")
      return
    }
    #expect(commit.entries.map(\.spool) == [.incoming("audit")])
  }

  @Test func `what was not verified when it came passes to no spool`() throws {
    let entry = try entry("erp", #""check":"header","reason":"wrong""#)
    guard case .rejected(let rejection) = try decide(entry, to: "audit").outcome else {
      Issue.record("it passes")
      return
    }
    #expect(rejection.reason.contains("not verified"))
  }
}
