import Bytes
import Foundation
import Testing

@testable import Verification
@testable import Webhooks

@Suite struct ActivityTests {
  private let files = [
    "incoming/stock.yaml": "",
    "webhooks/erp.yaml": """
    incoming: stock
    pre_processors:
      - type: header
        name: X-Secret
        secrets:
          - {literal: first, name: old, not_after: 2999-01-01T00:00:00Z}
          - {literal: second, name: new}
      - {type: content_types, allow: [application/json]}
    """,
  ]

  private func inbound(_ secret: String, type: String = "application/json") -> FakeInbound {
    FakeInbound(
      "POST", "/webhook/erp",
      headers: [(name: "X-Secret", value: secret), (name: "Content-Type", value: type)])
  }

  @Test func `the secret that matched is counted by name`() throws {
    let site = try ReceivingSite(files)
    for (secret, status) in [("first", 200), ("second", 200), ("second", 200), ("third", 401)] {
      #expect(try site.answer(to: inbound(secret)).status == status)
    }
    let seen = try #require(site.activity.webhooks["erp"]).secrets
    #expect(seen.mapValues(\.count) == ["old": 1, "new": 2])
  }

  @Test func `a request that is refused for something else still shows that its secret is in use`()
    throws
  {
    let site = try ReceivingSite(files)
    #expect(try site.answer(to: inbound("first", type: "text/plain")).status == 415)
    #expect(site.activity.webhooks["erp"]?.secrets["old"]?.count == 1)
  }

  @Test func `a handshake that its secret verified counts, and one that nothing verified does not`()
    throws
  {
    let site = try ReceivingSite([
      "incoming/stock.yaml": "",
      "webhooks/chat.yaml": """
      incoming: stock
      pre_processors: [{type: sender, sender: slack, secrets: [{literal: key, name: current}]}]
      """,
      "webhooks/hiring.yaml": """
      incoming: stock
      pre_processors: [{type: sender, sender: smartrecruiters, secrets: [{literal: key}]}]
      """,
    ])
    let time = "\(Int(Date().timeIntervalSince1970))"
    let body = #"{"type":"url_verification","challenge":"abc"}"#
    let code = HashName.sha256.authenticationCode(
      of: Array("v0:\(time):\(body)".utf8), key: Array("key".utf8))
    let signed = FakeInbound(
      "POST", "/webhook/chat",
      headers: [
        (name: "X-Slack-Request-Timestamp", value: time),
        (
          name: "X-Slack-Signature",
          value: "v0=" + String(decoding: Hex.encode(code), as: UTF8.self)
        ),
        (name: "Content-Type", value: "application/json"),
      ], body: body)
    #expect(try site.answer(to: signed).status == 200)
    #expect(site.activity.webhooks["chat"]?.secrets.mapValues(\.count) == ["current": 1])
    let unsigned = FakeInbound(
      "POST", "/webhook/hiring", headers: [(name: "X-Hook-Secret", value: "4jn8fs9011jj8")])
    #expect(try site.answer(to: unsigned).status == 200)
    #expect(site.activity.webhooks["hiring"]?.secrets.isEmpty == true)
  }

  @Test func `it goes on from what was kept`() throws {
    var kept = WebhookActivity()
    kept.secrets["old"] = .init(count: 41, last: Date(timeIntervalSince1970: 1))
    let site = try ReceivingSite(files, activity: Activity(["erp": kept]))
    #expect(try site.answer(to: inbound("first")).status == 200)
    let old = try #require(site.activity.webhooks["erp"]?.secrets["old"])
    #expect(old.count == 42)
    #expect(old.last > Date(timeIntervalSince1970: 1_000_000))
  }

  @Test func `deliveries are counted by outcome, and what leads nowhere is one number`() throws {
    let site = try ReceivingSite(files)
    site.activity.watch(site.snapshots.current, at: Date())
    for secret in ["first", "wrong", "second"] { _ = try site.answer(to: inbound(secret)) }
    for path in 1...50 { _ = try site.answer(to: FakeInbound("POST", "/webhook/\(path)")) }
    #expect(Set(site.activity.counters.keys) == ["erp"])
    #expect(site.activity.unknown == 50)
    let tally = try #require(site.activity.counters["erp"])
    #expect(tally.count(of: .accepted) == 2)
    #expect(tally.count(of: .refused) == 1)
    #expect(tally.bytes == 6)
    #expect(tally.durations.reading.counts.reduce(0, +) == 3)
    #expect(site.activity.incoming["stock"]?.tasks == 2)
    #expect(site.activity.incoming["stock"]?.lastCommit != nil)
    #expect(site.activity.webhooks["erp"]?.counts == ["accepted": 2, "refused": 1])
  }

  @Test func `a rejection is kept with its check, until the next success`() throws {
    let site = try ReceivingSite(files)
    func seen() throws -> WebhookActivity { try #require(site.activity.webhooks["erp"]) }
    _ = try site.answer(to: inbound("wrong"))
    let since = try #require(try seen().refusedSince)
    #expect(try seen().lastRefusal?.check == "header")
    #expect(try seen().lastRefusal?.isTemporary == false)
    #expect(try seen().unavailableSince == nil)
    _ = try site.answer(to: inbound("first", type: "text/plain"))
    #expect(try seen().refusedSince == since)
    #expect(try seen().lastRefusal?.check == "content_types")
    // The spool is gone, so the answer is 503.
    try FileManager.default.removeItem(at: site.folder.appending(path: "spool/stock"))
    site.openSpools()
    try FileManager.default.removeItem(at: site.folder.appending(path: "spool/stock/tmp"))
    #expect(try site.answer(to: inbound("first")).status == 503)
    let unavailable = try #require(try seen().unavailableSince)
    _ = try site.answer(to: inbound("wrong"))
    #expect(try seen().unavailableSince == unavailable)
    #expect(try seen().lastDelivery == nil)
    site.openSpools()
    #expect(try site.answer(to: inbound("first")).status == 200)
    #expect(try seen().refusedSince == nil)
    #expect(try seen().unavailableSince == nil)
    #expect(try seen().lastDelivery != nil)
    #expect(try seen().lastRefusal?.check == "header")
  }

  @Test
  func
    `what nothing wanted is counted until something is, over restarts, and anew for other filters`()
    throws
  {
    func site(_ filter: String, _ activity: Activity) throws -> ReceivingSite {
      let site = try ReceivingSite(
        [
          "incoming/stock.yaml": "filter: \(filter)\n",
          "webhooks/erp.yaml": "incoming: stock\npre_processors: []\n",
        ], activity: activity)
      activity.watch(site.snapshots.current, at: Date())
      return site
    }
    func send(_ body: String, to site: ReceivingSite) throws {
      let inbound = FakeInbound(
        "POST", "/webhook/erp", headers: [(name: "Content-Type", value: "application/json")],
        body: body)
      #expect(try site.answer(to: inbound).status == 200)
    }
    let activity = Activity()
    let first = try site(".data.body == 1", activity)
    for _ in 1...4 { try send("2", to: first) }
    let streak = try #require(activity.webhooks["erp"]?.unwanted)
    #expect(streak.count == 4 && abs(streak.since.timeIntervalSinceNow) < 3600)
    // The next process.
    let next = Activity(activity.webhooks)
    let second = try site(".data.body == 1", next)
    try send("2", to: second)
    #expect(next.webhooks["erp"]?.unwanted == .init(count: 5, since: streak.since))
    #expect(next.webhooks["erp"]?.counts["unwanted"] == 5)
    let other = try site(".data.body == 3", next)
    #expect(next.webhooks["erp"]?.unwanted == nil)
    try send("2", to: other)
    #expect(next.webhooks["erp"]?.unwanted?.count == 1)
    try send("3", to: other)
    #expect(next.webhooks["erp"]?.unwanted == nil)
  }

  @Test func `rejections by the same difference of clocks are counted until one passes`() throws {
    let site = try ReceivingSite([
      "incoming/stock.yaml": "",
      "webhooks/erp.yaml": """
      incoming: stock
      pre_processors:
        - {type: sender, sender: slack, secrets: [{literal: a-long-enough-secret}]}
      """,
    ])
    func send(_ offset: Int, at moment: Int) throws {
      let body = #"{"a":1}"#
      let code = HashName.sha256.authenticationCode(
        of: Array("v0:\(moment + offset):\(body)".utf8), key: Array("a-long-enough-secret".utf8))
      _ = try site.answer(
        to: FakeInbound(
          "POST", "/webhook/erp",
          headers: [
            (name: "X-Slack-Request-Timestamp", value: "\(moment + offset)"),
            (
              name: "X-Slack-Signature",
              value: "v0=" + String(decoding: Hex.encode(code), as: UTF8.self)
            ),
          ], body: body))
    }
    func clock() -> WebhookActivity.ClockDifference? { site.activity.webhooks["erp"]?.clock }
    let now = Int(Date().timeIntervalSince1970)
    for place in 0..<4 { try send(-3600 + 5 * place, at: now) }
    #expect(clock()?.count == 4)
    #expect((-3700 ... -3590).contains(clock()?.seconds ?? 0))
    // A repeated delivery says nothing new, and a delivery without a timestamp says nothing.
    try send(-3585, at: now)
    _ = try site.answer(to: FakeInbound("POST", "/webhook/erp"))
    #expect(clock()?.count == 4)
    try send(7200, at: now)
    #expect(clock()?.count == 1)
    try send(0, at: now)
    #expect(clock() == nil)
  }

  @Test func `a delivery is expected from when the configuration says so`() throws {
    let expecting = "expect_every: 24h\nincoming: stock\npre_processors: []\n"
    let site = try ReceivingSite(["incoming/stock.yaml": "", "webhooks/erp.yaml": expecting])
    let start = Date(timeIntervalSince1970: 1000)
    func seen() throws -> WebhookActivity { try #require(site.activity.webhooks["erp"]) }
    site.activity.watch(site.snapshots.current, at: start)
    site.activity.watch(site.snapshots.current, at: start + 50)
    #expect(try seen().quietSince == start)
    _ = try site.answer(to: FakeInbound("POST", "/webhook/erp"))
    let heard = try #require(try seen().lastDelivery)
    #expect(try seen().quietSince == heard)
    let plain = try ReceivingSite([
      "incoming/stock.yaml": "", "webhooks/erp.yaml": "incoming: stock\npre_processors: []\n",
    ])
    site.activity.watch(plain.snapshots.current, at: start)
    #expect(try seen().quietSince == nil)
    // The expectation is new, so earlier deliveries no longer count.
    site.activity.watch(site.snapshots.current, at: heard + 50)
    #expect(try seen().quietSince == heard + 50)
  }

  @Test func `what a file of an older responder lacks is missing, and no error`() throws {
    let old = #"{"secrets":{"a":{"count":3,"last":"2026-01-01T00:00:00Z"}}}"#
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let seen = try decoder.decode(WebhookActivity.self, from: Data(old.utf8))
    #expect(seen.secrets["a"]?.count == 3)
    #expect(seen.counts.isEmpty)
  }

  @Test func `of a hundred names, the one that matched the longest time ago is forgotten`() {
    var seen = WebhookActivity()
    for number in 0...WebhookActivity.mostNames {
      seen.noteMatch(of: "\(number)", at: Date(timeIntervalSince1970: Double(number)))
    }
    #expect(seen.secrets.count == WebhookActivity.mostNames)
    #expect(seen.secrets["0"] == nil)
    #expect(seen.secrets["1"] != nil)
  }

  @Test func `a webhook tells its secrets and its checks, and no value`() throws {
    let site = try ReceivingSite(files)
    guard case .ready(let webhook) = site.snapshots.current.entry(for: "erp".utf8) else {
      Issue.record("not ready")
      return
    }
    #expect(webhook.secrets.map(\.name) == ["old", "new"])
    #expect(webhook.secrets.map(\.path) == Array(repeating: "pre_processors[0].secrets", count: 2))
    #expect(webhook.secrets[0].notAfter != nil)
    #expect(webhook.secrets[1].notAfter == nil)
    #expect(webhook.checks.map(\.type) == ["header", "content_types"])
    #expect(webhook.checks.allSatisfy { $0.words.hasSuffix(".") })
    #expect(!"\(webhook.checks) \(webhook.secrets)".contains("second"))
  }
}
