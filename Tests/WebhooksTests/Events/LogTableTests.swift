import Bytes
import Foundation
import Testing

@testable import Webhooks

/// The log read back, from either of its forms.
@Suite struct LogTableTests {
  private let zone = LocalTime.amsterdam

  private func entry(_ json: String) throws -> LoggedEntry {
    try #require(LoggedEntry(json: Array(json.utf8)))
  }

  @Test func `a row says when, which, from where and what`() throws {
    var table = LogTable(zone: zone)
    let accepted = try entry(
      #"{"time":"2026-11-24T08:12:03.123456Z","level":"info","message":"delivery accepted","#
        + #""webhook":"erp","delivery":"01a20cab","verdict":"accepted","status":200,"secret":"s1","#
        + #""senderdelivery":"d-17","tasks":["1","2"],"remote":"192.0.2.7","body_bytes":83}"#)
    #expect(
      table.row(accepted) == "2026-11-24 09:12:03.123+01:00  erp           accepted  200     "
        + "192.0.2.7        01a20cab                              "
        + "2 tasks; secret s1; sender's id d-17; 83 bytes")
    let refused = try entry(
      #"{"time":"2026-07-24T08:12:03.123456Z","message":"delivery refused","webhook":"erp","#
        + #""delivery":"01a20cac","verdict":"refused","status":401,"check":"header","#
        + #""reason":"header x is missing","remote":"192.0.2.7","body_bytes":0}"#)
    #expect(
      table.row(refused) == "2026-07-24 10:12:03.123+02:00  erp           refused   401     "
        + "192.0.2.7        01a20cac                              "
        + "header: header x is missing; 0 bytes")
    let more = try entry(
      #"{"time":"2026-07-24T08:12:03Z","message":"more","webhook":"erp","check":"header","#
        + #""remote":"192.0.2.7","count":41}"#)
    #expect(table.row(more).hasSuffix("41 more, refused by header, within a minute"))
    #expect(
      LoggedEntry(json: Array(#"{"time":"2026-07-24T08:12:03Z","message":"started"}"#.utf8)) == nil)
    #expect(LoggedEntry(json: Array("no JSON".utf8)) == nil)
  }

  @Test func `what was written as JSON or into the journal reads the same`() throws {
    let record = LogRecord(
      time: Date(timeIntervalSince1970: 1_800_000_000.5), level: .info,
      message: "delivery accepted",
      fields: [
        ("delivery", .text("01a2")), ("status", .number(200)), ("tasks", .list(["1"])),
        ("headers", .object([.init("x-event", "a\u{1b}")])),
      ], isDelivery: true)
    var line: [UInt8] = []
    JSONLines.append(record, to: &line)
    let first = try #require(LoggedEntry(json: line))
    let second = try #require(
      LoggedEntry(journal: [
        "TIME": ["2027-01-15T08:00:00.500000Z"], "EVENT": ["delivery accepted"],
        "MESSAGE": ["…"], "PRIORITY": ["6"], "_UID": ["0"], "DELIVERY": ["01a2"],
        "STATUS": ["200"], "TASKS": ["1"], "HEADERS": [#"{"x-event":"a\u001b"}"#],
      ]))
    #expect(first.time == second.time && first.message == second.message)
    #expect(first.json.count == second.json.count)
    let back = try #require(
      try JSONSerialization.jsonObject(with: Data(second.json)) as? [String: Any])
    #expect(back["status"] as? Int == 200)
    #expect(back["tasks"] as? [String] == ["1"])
  }

  @Test func `no row has more than one line or reaches a terminal`() throws {
    var random = Seeded(11)
    var table = LogTable(zone: zone)
    for _ in 0..<300 {
      let names = [
        "webhook", "delivery", "verdict", "check", "reason", "secret", "senderdelivery", "first",
        "remote", "observed", "failed", "skipped", "tasks",
      ]
      let record = LogRecord(
        time: Date(), level: .info, message: Hostile.text(&random),
        fields: names.map { ($0, .text(Hostile.text(&random))) })
      var line: [UInt8] = []
      JSONLines.append(record, to: &line)
      let entry = try #require(LoggedEntry(json: line))
      #expect(!table.row(entry).unicodeScalars.contains(where: Hostile.isUnsafe))
      let json = try #require(String(validating: entry.json.dropLast(), as: UTF8.self))
      #expect(!json.unicodeScalars.contains(where: Hostile.isUnsafe))
    }
  }

  @Test func `entries are found by webhook, verdict, moment and either id`() throws {
    let entry = try entry(
      #"{"time":"2026-11-24T08:00:00Z","message":"m","webhook":"erp","delivery":"01a20cab-1","#
        + #""verdict":"refused","senderdelivery":"d-17"}"#)
    let changes: [(Bool, (inout LogSelection) -> Void)] = [
      (true, { _ in }), (true, { $0.webhook = "erp" }), (false, { $0.webhook = "shop" }),
      (true, { $0.refusedOnly = true }), (true, { $0.delivery = "01a20cab" }),
      (true, { $0.delivery = "d-17" }), (false, { $0.delivery = "d-1" }),
      (true, { $0.since = entry.time }), (false, { $0.since = entry.time + 0.001 }),
      (false, { $0.until = entry.time }), (true, { $0.until = entry.time + 0.001 }),
    ]
    for (place, (isFound, change)) in changes.enumerated() {
      var selection = LogSelection()
      change(&selection)
      #expect(selection.contains(entry) == isFound, "change \(place)")
    }
  }
}
