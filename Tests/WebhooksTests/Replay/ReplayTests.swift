import Foundation
import Spooling
import Testing

@testable import Verification
@testable import Webhooks

@Suite struct ReplayTests {
  private static func files(_ replay: String = "{type: replay}") -> [String: String] {
    [
      "incoming/stock.yaml": "",
      "webhooks/erp.yaml": """
      incoming: stock
      delivery_id_header: X-Id
      pre_processors:
        - {type: header, name: X-Secret, secrets: [{literal: s3cret}]}
        - \(replay)
      """,
    ]
  }

  private func inbound(_ id: String?, secret: String = "s3cret") -> FakeInbound {
    FakeInbound(
      "POST", "/webhook/erp",
      headers: [(name: "X-Secret", value: secret)] + (id.map { [(name: "X-Id", value: $0)] } ?? []))
  }

  /// Returns the members of an answer: the delivery's id, and the number of tasks.
  private func members(_ answer: Answer) throws -> (id: String?, tasks: Int?) {
    let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    return (json?["id"] as? String, json?["tasks"] as? Int)
  }

  private func kept(_ site: ReceivingSite) -> [String] {
    let path = site.folder.path + "/state/replay/erp/new"
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  @Test func `a copy is answered with the first delivery's id, and makes no task`() throws {
    let site = try ReceivingSite(Self.files())
    let first = try members(site.answer(to: inbound("a")))
    #expect(first.tasks == 1)
    for _ in 1...2 {
      let copy = try site.answer(to: inbound("a"))
      #expect(copy.status == 200)
      #expect(try members(copy) == (first.id, 0))
    }
    let other = try members(site.answer(to: inbound("b")))
    #expect(other.tasks == 1 && other.id != first.id)
    #expect(site.tasks("stock").count == 2)
    #expect(kept(site).count == 2)
    #expect(kept(site).first?.hasPrefix("\(first.id ?? "none").") == true)
  }

  @Test func `who is not verified learns nothing, and takes no id`() throws {
    let site = try ReceivingSite(Self.files())
    #expect(try site.answer(to: inbound("a", secret: "wrong")).status == 401)
    #expect(try members(site.answer(to: inbound("a"))).tasks == 1)
    #expect(try site.answer(to: inbound("a", secret: "wrong")).status == 401)
  }

  @Test func `deliveries without an id pass, each of them`() throws {
    let site = try ReceivingSite(Self.files())
    for _ in 1...2 { #expect(try members(site.answer(to: inbound(nil))).tasks == 1) }
    #expect(kept(site) == [])
  }

  @Test func `what was accepted is known after a restart`() throws {
    let site = try ReceivingSite(Self.files())
    let first = try members(site.answer(to: inbound("a")))
    let again = site.restarted()
    var copy = inbound("a")
    again.receive(&copy)
    #expect(try members(copy.answered[0]) == (first.id, 0))
    var other = inbound("b")
    again.receive(&other)
    #expect(try members(other.answered[0]).tasks == 1)
  }

  @Test func `what another process accepted is known after a reload, and what came since stays`()
    throws
  {
    let site = try ReceivingSite(Self.files())
    let other = site.restarted()
    var first = inbound("a")
    other.receive(&first)
    let accepted = try members(first.answered[0])
    #expect(accepted.tasks == 1)
    let own = try members(site.answer(to: inbound("b")))
    site.replays.update(site.snapshots.current)
    #expect(try members(site.answer(to: inbound("a"))) == (accepted.id, 0))
    #expect(try members(site.answer(to: inbound("b"))) == (own.id, 0))
  }

  @Test func `of an id that was accepted twice, the later one counts`() throws {
    let site = try ReceivingSite(Self.files())
    var ids: [String?] = []
    // Each receiver knows nothing of the other.
    for receiver in [site.restarted(), site.restarted()] {
      var one = inbound("a")
      receiver.receive(&one)
      ids.append(try members(one.answered[0]).id)
    }
    for _ in 1...2 {
      site.replays.update(site.snapshots.current)
      #expect(try members(site.answer(to: inbound("a"))) == (ids[1], 0))
    }
  }

  @Test func `what was accepted twice counts once, however often it is read again`() throws {
    let site = try ReceivingSite(Self.files("{type: replay, max: 3}"))
    #expect(try members(site.answer(to: inbound("b"))).tasks == 1)
    for receiver in [site.restarted(), site.restarted()] {
      var one = inbound("a")
      receiver.receive(&one)
    }
    for _ in 1...3 { site.replays.update(site.snapshots.current) }
    #expect(try members(site.answer(to: inbound("b"))).tasks == 0)
  }

  @Test func `what is being committed is not accepted yet, though its file is there`() throws {
    let site = try ReceivingSite(Self.files())
    let key = ReplayKey(webhook: try #require(Identifier("erp")), delivery: "a")
    let rule = ReplayRule(keep: .seconds(3600), max: 10)
    let arrivals = Arrivals()
    let claim = { site.replays.claim(key, as: arrivals.next(at: Date()), rule, by: .now) }
    guard case .first(let reservation) = claim() else {
      Issue.record("it is known")
      return
    }
    var other = inbound("a")
    site.restarted().receive(&other)
    site.replays.update(site.snapshots.current)
    guard case .unknown = claim() else {
      Issue.record("it is taken for accepted")
      return
    }
    reservation.succeed()
  }

  @Test func `a clock that is ahead for a while has a few forgotten, and not all`() {
    var order = ReplayOrder()
    let rule = ReplayRule(keep: .seconds(3600), max: 10)
    let start = Date(timeIntervalSince1970: 1_790_000_000)
    let records = (0..<12).map { number in
      ReplayRecord(
        key: ReplayKey(webhook: Identifier("erp")!, delivery: "\(number)"),
        delivery: "\(number)", time: start)
    }
    for record in records { order.append(record) }
    // Records over the limit go at once, whatever their age.
    #expect(order.drop(beyond: rule, at: start) == Array(records[..<2]))
    let ahead = start.addingTimeInterval(365 * 86_400)
    #expect(order.drop(beyond: rule, at: ahead) == Array(records[2..<4]))
    #expect(order.drop(beyond: rule, at: start) == [])
    #expect(order.drop(beyond: rule, at: ahead) == Array(records[4..<6]))
  }

  @Test func `a reload does not bring back what was forgotten`() throws {
    let site = try ReceivingSite(Self.files("{type: replay, max: 2}"))
    for id in ["a", "b", "c", "d"] {
      #expect(try members(site.answer(to: inbound(id))).tasks == 1)
      site.replays.update(site.snapshots.current)
    }
    for id in ["c", "d"] { #expect(try members(site.answer(to: inbound(id))).tasks == 0) }
    #expect(kept(site).count == 2)
  }

  @Test func `a commit that failed lets the next attempt pass`() throws {
    let site = try ReceivingSite(Self.files())
    let new = site.folder.path + "/spool/stock/new"
    try FileManager.default.removeItem(atPath: new)
    try "in the way".write(toFile: new, atomically: true, encoding: .utf8)
    site.openSpools()
    #expect(try site.answer(to: inbound("a")).status == 503)
    #expect(kept(site) == [])
    try FileManager.default.removeItem(atPath: new)
    site.openSpools()
    #expect(try members(site.answer(to: inbound("a"))).tasks == 1)
  }

  @Test func `the oldest are forgotten, and their files with them`() throws {
    let site = try ReceivingSite(Self.files("{type: replay, max: 2}"))
    for id in ["a", "b", "c"] { #expect(try members(site.answer(to: inbound(id))).tasks == 1) }
    site.replays.finish()
    #expect(kept(site).count == 2)
    #expect(try members(site.answer(to: inbound("c"))).tasks == 0)
    #expect(try members(site.answer(to: inbound("a"))).tasks == 1)
  }

  private static func bodyFiles(_ program: String, filter: String = "") -> [String: String] {
    [
      "incoming/stock.yaml": filter,
      "webhooks/erp.yaml": """
      incoming: stock
      delivery_id: '\(program)'
      pre_processors:
        - {type: header, name: X-Secret, secrets: [{literal: s3cret}]}
        - {type: replay}
      """,
    ]
  }

  private func senderDeliveries(_ site: ReceivingSite) throws -> [String?] {
    try site.tasks("stock").map { file in
      let task = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
      return task?["senderdelivery"] as? String
    }
  }

  private func inbound(body: String) -> FakeInbound {
    FakeInbound(
      "POST", "/webhook/erp",
      headers: [
        (name: "X-Secret", value: "s3cret"), (name: "Content-Type", value: "application/json"),
      ],
      body: body)
  }

  @Test func `an id in the body is found by a jq program, in texts and in whole numbers`() throws {
    let site = try ReceivingSite(Self.bodyFiles(".data.body.event | .id"))
    for id in [#""a-1""#, "17", "9007199254740991"] {
      let first = try members(site.answer(to: inbound(body: #"{"event":{"id":\#(id)}}"#)))
      #expect(first.tasks == 1)
      let copy = try members(site.answer(to: inbound(body: #"{"event":{"id":\#(id)},"n":2}"#)))
      #expect(copy == (first.id, 0))
    }
    #expect(try senderDeliveries(site) == ["a-1", "17", "9007199254740991"])
  }

  @Test func `a value that isn't an id makes no copy of another delivery`() throws {
    let site = try ReceivingSite(Self.bodyFiles(".data.body.id"))
    // A double holds the first two numbers as the same value. As ids they would make one delivery a
    // copy.
    let bodies = [
      #"{"id":9007199254740993}"#, #"{"id":9007199254740992}"#, #"{"id":1.5}"#, #"{"id":null}"#,
      "{}",
      #"{"id":""}"#, #"{"id":"\u0000"}"#, #"{"id":"ä"}"#, #"{"id":{}}"#, "[1]",
      #"{"id":"\#(String(repeating: "x", count: 256))"}"#,
    ]
    for body in bodies + bodies {
      #expect(try members(site.answer(to: inbound(body: body))).tasks == 1, "\(body)")
    }
    #expect(try senderDeliveries(site) == Array(repeating: nil, count: 2 * bodies.count))
  }

  @Test func `without time to look for an id, a delivery comes again, and makes no task`() throws {
    let site = try ReceivingSite(Self.bodyFiles(".data.body.id"))
    var late = inbound(body: #"{"id":"a"}"#)
    // Too late for a program, and early enough for the commit: routing gets three quarters of the
    // 60 s.
    late.arrived = .now - .seconds(50)
    let answer = try site.answer(to: late)
    #expect(answer.status == 503)
    #expect(site.lines.texts.last?.contains(#""check":"delivery_id""#) == true)
    #expect(site.tasks("stock").isEmpty)
    #expect(try members(site.answer(to: inbound(body: #"{"id":"a"}"#))).tasks == 1)
  }

  @Test func `an id in the body is there for filters, and for explain`() throws {
    let site = try ReceivingSite(
      Self.bodyFiles(".data.body.id", filter: "filter: .senderdelivery == \"a\"\n"))
    #expect(try members(site.answer(to: inbound(body: #"{"id":"a"}"#))).tasks == 1)
    #expect(try members(site.answer(to: inbound(body: #"{"id":"b"}"#))).tasks == 0)
  }

  @Test func `an id comes from one place`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\npre_processors: []\ndelivery_id_header: X-Id\n"
        + "delivery_id: .id\n",
    ])
    #expect(
      files.problems().contains(
        "webhooks/a.yaml:4:14: delivery_id: delivery_id_header names the id already: expected "
          + "only one of the two keys"
      ))
  }

  @Test func `replay needs to know the sender's id`() throws {
    let entry = "incoming: stock\npre_processors:\n  - {type: replay}\n  - "
    for (more, isRight) in [
      ("{type: header, name: X, secrets: [{literal: a}]}", false),
      ("{type: sender, sender: github, secrets: [{literal: a}]}", true),
      ("{type: header, name: X, secrets: [{literal: a}]}\ndelivery_id_header: X-Id", true),
      ("{type: header, name: X, secrets: [{literal: a}]}\ndelivery_id: .data.body.id", true),
    ] {
      let files = try ConfigurationFiles([
        "incoming/stock.yaml": "", "webhooks/a.yaml": entry + more + "\n",
      ])
      let said = files.problems().contains { $0.contains("replay needs the sender's id") }
      #expect(said != isRight, "\(files.problems())")
    }
  }
}
