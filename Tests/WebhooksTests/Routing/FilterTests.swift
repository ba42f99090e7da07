import Bytes
import Foundation
import Spooling
import Testing
import Verification

@testable import Harness
@testable import Webhooks

/// Filters, on the way of a delivery.
@Suite struct FilterTests {
  static let files = [
    "webhooks/erp.yaml": """
    name: ERP
    incoming: stock
    additional_incoming: [prices, audit]
    logging: true
    pre_processors: []
    """,
    "incoming/stock.yaml": #"filter: .data.body.entity == "stock""#,
    "incoming/prices.yaml": """
    filter: .data.body.entity | test("^prices?$")
    on_filter_error: no_match
    """,
    "incoming/audit.yaml": "name: Audit\n",
  ]
  static let json = [(name: "Content-Type", value: "application/json")]

  private func tasks(_ answer: Answer) throws -> Int? {
    let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    return json?["tasks"] as? Int
  }

  @Test func `each incoming configuration gets what it wants`() throws {
    let site = try ReceivingSite(Self.files)
    for (body, places) in [
      (#"{"entity":"stock"}"#, ["stock", "audit"]), (#"{"entity":"price"}"#, ["prices", "audit"]),
      (#"{"entity":"other"}"#, ["audit"]), ("[]", ["audit"]),
    ] {
      let before = Self.spools.map { site.tasks($0).count }
      let answer = try site.answer(
        to: FakeInbound("POST", "/webhook/erp", headers: Self.json, body: body))
      #expect(answer.status == 200)
      #expect(try tasks(answer) == places.count)
      let more = zip(Self.spools, before).filter { site.tasks($0).count > $1 }.map(\.0)
      #expect(more == Self.spools.filter(places.contains), "\(body)")
    }
    #expect(site.receiver.unwanted == 0)
  }

  private static let spools = ["stock", "prices", "audit"]

  @Test func `what a filter fails over goes whole into failed, and disturbs nobody`() throws {
    let site = try ReceivingSite(Self.files)
    let answer = try site.answer(
      to: FakeInbound("POST", "/webhook/erp", headers: Self.json, body: "[1, 2]"))
    #expect(try tasks(answer) == 1)
    #expect(site.tasks("audit").count == 1)
    #expect(site.tasks("prices", in: "failed").isEmpty)
    let failed = site.tasks("stock", in: "failed")
    try #require(failed.count == 2)
    #expect(failed[1].lastPathComponent == failed[0].lastPathComponent + ".reason")
    let reason = try String(contentsOf: failed[1], encoding: .utf8)
    #expect(reason == "filter: Cannot index array with string \"entity\"\n")
    let text = try String(contentsOf: failed[0], encoding: .utf8)
    #expect(text.hasSuffix(#""body":[1, 2]}}"# + "\n"))
    #expect(text.contains(#""type":"levelwind.delivery","subject":"stock""#))
    #expect(site.lines.texts.contains { $0.contains("put into failed") && $0.contains("stock") })
  }

  @Test func `a delivery that nobody wants is a success without tasks, and counted`() throws {
    var files = Self.files
    files["webhooks/erp.yaml"] = "incoming: stock\nlogging: true\npre_processors: []\n"
    let site = try ReceivingSite(files)
    let answer = try site.answer(
      to: FakeInbound("POST", "/webhook/erp", headers: Self.json, body: #"{"entity":"x"}"#))
    #expect(answer.status == 200)
    #expect(try tasks(answer) == 0)
    #expect(site.tasks("stock").isEmpty && site.tasks("stock", in: "failed").isEmpty)
    #expect(site.receiver.unwanted == 1)
    #expect(site.lines.texts.contains { $0.contains("no incoming configuration wants") })
  }

  @Test(arguments: [
    (#"{"entity":"a\ud83d"}"#, #".data.body.entity == "a\ufffd""#),
    (#"{"entity":"\udc00\ud800"}"#, #".data.headers["x-topic"] == "a""#),
    (#"{"entity":1e400}"#, ".data.body.entity > 1e300"),
    (
      String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
      ".data.body | length == 1"
    ),
    (#"{"entity":}"#, #".data.body == "{\"entity\":}""#),
  ])
  func `a filter reads a body that is JSON, though it stands as text in the task`(
    body: String, filter: String
  ) throws {
    var files = Self.files
    files["webhooks/erp.yaml"] = "incoming: stock\npre_processors: []\n"
    files["incoming/stock.yaml"] = "filter: '\(filter)'\n"
    let site = try ReceivingSite(files)
    let headers = Self.json + [("X-Topic", "a")]
    _ = try site.answer(to: FakeInbound("POST", "/webhook/erp", headers: headers, body: body))
    let data = try #require(site.task("stock")["data"] as? [String: Any])
    #expect(data["bodyEncoding"] as? String == "text")
    #expect(data["body"] as? String == body)
  }

  @Test func `a filter that never ends puts the delivery into failed`() throws {
    var files = Self.files
    files["incoming/stock.yaml"] = "filter: 'def f: f; f'\non_filter_error: no_match\n"
    let site = try ReceivingSite(files)
    let answer = try site.answer(
      to: FakeInbound("POST", "/webhook/erp", headers: Self.json, body: #"{"entity":"stock"}"#))
    #expect(answer.status == 200)
    #expect(site.tasks("stock", in: "failed").count == 2)
    #expect(site.tasks("audit").count == 1)
  }

  @Test func `without time left the sender is asked to come again`() throws {
    let site = try ReceivingSite(Self.files)
    var inbound = FakeInbound("POST", "/webhook/erp", headers: Self.json, body: "{}")
    inbound.arrived = .now - .seconds(3600)
    #expect(try site.answer(to: inbound).status == 503)
    #expect(Self.spools.flatMap { site.tasks($0) + site.tasks($0, in: "failed") }.isEmpty)
  }

  @Test func `the document is the one that importers see`() throws {
    var files = Self.files
    files["webhooks/erp.yaml"] = """
      incoming: audit
      additional_incoming: [stock]
      delivery_id_header: X-Id
      pre_processors: []
      """
    let filter =
      #"[.specversion, .type, .subject, .incoming, .webhook, .taskindex, .taskcount, .senderdelivery, "#
      + #".data.method, .data.query, .data.headers["x-a"], .data.contentType, .data.bodyBytes, .data.bodyEncoding] "#
      + #"== ["1.0", "levelwind.task", "stock", "stock", "erp", 0, 1, "7", "POST", "q=1", "b", "text/plain", 2, "text"]"#
    files["incoming/stock.yaml"] = "filter: '\(filter)'"
    let site = try ReceivingSite(files)
    let headers = [("X-Id", "7"), ("X-A", "b"), ("Content-Type", "text/plain")]
    _ = try site.answer(
      to: FakeInbound(
        "POST", "/webhook/erp", headers: headers.map { (name: $0.0, value: $0.1) }, body: "hi",
        query: "q=1"))
    #expect(site.tasks("stock").count == 1)
    // jq itself agrees, on the spooled file.
    let task = try #require(site.tasks("stock").first)
    #expect(try Tool.run("jq", ["-e", filter, task.path]).status == 0)
  }

  @Test func `jq's message is a configuration error, with file, line and key`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "name: Stock\nfilter: .data.body |\n",
      "incoming/other.yaml": "on_filter_error: no-match\n",
    ])
    #expect(
      files.problems() == [
        "incoming/other.yaml:1:18: on_filter_error: expected one of failed, no_match, "
          + #"found "no-match" (did you mean "no_match"?)"#,
        "incoming/other.yaml:1:18: warning: on_filter_error: has no effect without filter",
        "incoming/stock.yaml:2:9: filter: jq: syntax error, unexpected $end in its line 1: "
          + ".data.body |",
      ])
  }

  @Test func `a body that a filter reads counts sixteen times, once it is verified`() throws {
    let files = try ConfigurationFiles([
      "webhooks/read.yaml": "incoming: stock\nadditional_incoming: [audit]\npre_processors: []\n",
      "webhooks/plain.yaml": "incoming: audit\npre_processors: []\n",
      "webhooks/closed.yaml": """
      incoming: stock
      pre_processors: [{type: header, name: X-A, secrets: [{literal: a-long-enough-secret}]}]
      """, "incoming/stock.yaml": "filter: .data.body.a\n", "incoming/audit.yaml": "",
      "incoming/items.yaml": "parser: {type: json, items: '.data.body[]'}\n",
      "webhooks/items.yaml": "incoming: items\npre_processors: []\n",
    ])
    let snapshot = try #require(files.load().snapshot)
    func reserved(_ webhook: String, _ body: String) -> [Int] {
      let all = Mutex<[Int]>([])
      let request = Request(
        method: "POST", path: Array("/webhook/\(webhook)".utf8),
        headers: Headers(Self.json), body: Array(body.utf8))
      _ = Judge.decide(request, Arrivals().next(at: Date()), snapshot) { bytes in
        all.withLock { $0.append(bytes) }
      }
      // The first reservation is for the body as it is written.
      return all.withLock { Array($0.dropFirst()) }
    }
    #expect(reserved("read", "{\"b\":\"" + String(repeating: "b", count: 992) + "\"}") == [16_000])
    #expect(reserved("plain", "{}") == [])
    #expect(reserved("closed", "{}") == [])
    // A dense body takes more memory, and so do its tasks.
    let dense = reserved("items", "[[],[],[]]")
    #expect(dense.count == 2)
    #expect(dense[0] > 4 * 290 && dense[1] == dense[0] + 3 * 1024)
  }

  @Test func `memory that was reserved grows, and is given back whole`() throws {
    let inflight = Inflight()
    let one = try inflight.reserve(body: 1000, limit: 100_000)
    let other = try inflight.reserve(body: 1000, limit: 100_000)
    try one.grow(to: 10, limit: 100_000)
    let before = inflight.bytes
    try one.grow(to: 60_000, limit: 100_000)
    #expect(inflight.bytes == before + 60_000 - before / 2)
    #expect(throws: Rejection.self) { try other.grow(to: 60_000, limit: 100_000) }
    one.release()
    other.release()
    #expect(inflight.bytes == 0)
    // A delivery alone always fits.
    let alone = try inflight.reserve(body: 1000, limit: 100_000)
    try alone.grow(to: 1 << 40, limit: 100_000)
    #expect(inflight.bytes == 100_000)
    alone.release()
    #expect(inflight.bytes == 0)
  }

  @Test func `a body that would take all memory is not read`() throws {
    var files = Self.files
    files["levelwind.yaml"] = "max_inflight: 2MiB\nmax_body: 1MiB\n"
    let site = try ReceivingSite(files)
    let body = "[" + String(repeating: "[],", count: 10000) + "[]]"
    let answer = try site.answer(
      to: FakeInbound("POST", "/webhook/erp", headers: Self.json, body: body))
    #expect(answer.status == 200)
    let failed = site.tasks("stock", in: "failed")
    #expect(failed.count == 2)
    #expect(site.tasks("audit").count == 1)
  }
}
