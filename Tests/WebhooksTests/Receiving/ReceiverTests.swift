import Foundation
import Spooling
import Testing
import Verification
import Webhooks

/// The way of a delivery, without a web server.
@Suite struct ReceiverTests {
  static let files = [
    "webhooks/erp.yaml": """
    name: ERP
    incoming: stock
    additional_incoming: [audit]
    logging: true
    delivery_id_header: X-Delivery
    pre_processors:
      - type: header
        name: X-Webhook-Secret
        secrets: [{literal: a-long-enough-secret, name: autumn}]
    """,
    "webhooks/open.yaml": "name: Open\nincoming: stock\npre_processors: []\n",
    "webhooks/off.yaml":
      "name: Off\nincoming: stock\npre_processors: []\ndisabled: true\nresponse: {disabled: 410}\n",
    "webhooks/wrong.yaml": "nam: Wrong\n",
    "incoming/stock.yaml": "name: Stock\n",
    "incoming/audit.yaml": "name: Audit\n",
  ]
  static let genuine = [(name: "X-Webhook-Secret", value: "a-long-enough-secret")]

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let path: String
    var method = "POST"
    var headers: [(name: String, value: String)] = []
    let status: Int
    var header: Answer.Header?
  }

  static let cases = [
    Case(testDescription: "genuine", path: "/webhook/erp", headers: genuine, status: 200),
    Case(testDescription: "no secret", path: "/webhook/erp", status: 401),
    Case(testDescription: "twice", path: "/webhook/erp", headers: genuine + genuine, status: 401),
    Case(testDescription: "open", path: "/webhook/open", status: 200),
    Case(testDescription: "unknown", path: "/webhook/none", status: 404),
    Case(testDescription: "prefix alone", path: "/webhook/", status: 404),
    Case(testDescription: "more path", path: "/webhook/open/x", status: 404),
    Case(testDescription: "encoded", path: "/webhook/o%70en", status: 404),
    Case(testDescription: "upper case", path: "/webhook/Open", status: 404),
    Case(
      testDescription: "other method", path: "/webhook/open", method: "PUT", status: 405,
      header: .init("Allow", "POST")),
    Case(testDescription: "disabled, mapped", path: "/webhook/off", status: 410),
    Case(
      testDescription: "broken", path: "/webhook/wrong", status: 503,
      header: .init("Retry-After", "10")),
  ]

  @Test(arguments: cases)
  func `each situation has its answer, and a rejection stores nothing`(_ one: Case) throws {
    let site = try ReceivingSite(Self.files)
    let answer = try site.answer(to: FakeInbound(one.method, one.path, headers: one.headers))
    #expect(answer.status == one.status)
    if let header = one.header { #expect(answer.headers.contains(header)) }
    #expect(site.tasks("stock").count == (one.status == 200 ? 1 : 0))
    guard one.status != 200 else { return }
    #expect(answer.headers.contains(.init("Content-Type", "application/problem+json")))
    let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    #expect(json?["status"] as? Int == one.status)
    #expect((json?["delivery"] as? String)?.count == 36)
    #expect(json?.count == 3)
  }

  @Test func `an accepted delivery becomes a task in each spool, without its secret`() throws {
    let site = try ReceivingSite(Self.files)
    let headers = Self.genuine + [("X-Delivery", "d-1"), ("Cookie", "c"), ("X-Event", "stock")]
    let answer = try site.answer(
      to: FakeInbound("POST", "/webhook/erp", headers: headers, body: #"{"a":1}"#))
    let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    #expect(json?["tasks"] as? Int == 2)
    for incoming in ["stock", "audit"] {
      let task = try site.task(incoming)
      #expect(task["delivery"] as? String == json?["id"] as? String)
      #expect(task["senderdelivery"] as? String == "d-1")
      #expect(task["source"] as? String == "/webhook/erp")
      let data = task["data"] as? [String: Any]
      let fields = data?["headers"] as? [String: String]
      #expect(fields?.keys.sorted() == ["x-delivery", "x-event"])
    }
  }

  @Test func `nothing that is logged or stored holds the secret`() throws {
    let site = try ReceivingSite(Self.files)
    _ = try site.answer(to: FakeInbound("POST", "/webhook/erp", headers: Self.genuine))
    let wrong = [(name: "X-Webhook-Secret", value: "a-long-enough-secreT")]
    _ = try site.answer(to: FakeInbound("POST", "/webhook/erp", headers: wrong))
    #expect(site.lines.texts.count == 2)
    let tasks = try site.tasks("stock").map { try String(contentsOf: $0, encoding: .utf8) }
    for text in site.lines.texts + tasks { #expect(!text.lowercased().contains("long-enough")) }
    #expect(site.lines.texts[0].contains(#""secret":"autumn""#))
  }

  @Test func `a body over max_body, or not as long as announced, stores nothing`() throws {
    var files = Self.files
    files["levelwind.yaml"] = "max_body: 1KiB\n"
    let site = try ReceivingSite(files)
    let large = FakeInbound("POST", "/webhook/open", body: String(repeating: "x", count: 1025))
    #expect(try site.answer(to: large).status == 413)
    var cut = FakeInbound("POST", "/webhook/open", body: "half")
    cut.announcedLength = 8
    #expect(try site.answer(to: cut).status == 400)
    #expect(site.tasks("stock").isEmpty)
  }

  @Test func `a body whose length nobody can say takes its memory as it comes`() throws {
    var files = Self.files
    files["levelwind.yaml"] = "max_body: 10MiB\nmax_inflight: 10MiB\n"
    let site = try ReceivingSite(files)
    let receiver = site.receiver
    var inbound = FakeInbound("POST", "/webhook/open", body: String(repeating: "x", count: 1 << 20))
    inbound.announcedLength = nil
    let other = inbound
    inbound.whileHeld = { #expect(receiver.inflightBytes > 3 << 20) }
    #expect(try site.answer(to: inbound).status == 200)
    // Memory that one delivery has taken is missing for another.
    inbound.whileHeld = {
      var second = other
      receiver.receive(&second)
      #expect(second.answered.map(\.status) == [503])
    }
    inbound.wire += [UInt8](repeating: 0x78, count: 4 << 20)
    #expect(try site.answer(to: inbound).status == 200)
    #expect(site.tasks("stock").count == 2)
  }

  @Test func `what is observed is logged, and the delivery is stored`() throws {
    var files = Self.files
    files["webhooks/watched.yaml"] = """
      incoming: stock
      pre_processors:
        - {type: header, name: X-S, secrets: [{literal: a}], observe: true}
      """
    let site = try ReceivingSite(files)
    #expect(try site.answer(to: FakeInbound("POST", "/webhook/watched")).status == 200)
    #expect(site.lines.texts.count == 1)
    #expect(site.lines.texts.first?.contains(#""observed":["header: "#) == true)
    #expect(site.lines.texts.first?.contains("header x-s is missing") == true)
    let data = try #require(site.task("stock")["data"] as? [String: Any])
    #expect(data["verified"] as? String == "none")
  }

  @Test func `over max_inflight it is 503`() throws {
    let inflight = Inflight()
    // Three copies are reserved: as it came, decoded, and with the rest of the signed text.
    let one = try inflight.reserve(body: 100_000, limit: 1 << 20)
    #expect(inflight.bytes == 3 * 100_000 + 16 << 10)
    one.release()
    let first = try inflight.reserve(body: 510_000, limit: 1 << 20)
    #expect(throws: Rejection.self) { try inflight.reserve(body: 10, limit: 1 << 20) }
    first.release()
    first.release()
    #expect(inflight.bytes == 0)
    // A delivery alone always fits, however large it is.
    let large = try inflight.reserve(body: .max, limit: 1 << 20)
    #expect(throws: Rejection.self) { try inflight.reserve(body: 0, limit: 1 << 20) }
    withExtendedLifetime(large) {}
  }

  @Test func `a delivery gives its memory back, whatever became of it`() throws {
    var files = Self.files
    files["levelwind.yaml"] = "max_body: 1MiB\nmax_inflight: 1MiB\n"
    let site = try ReceivingSite(files)
    let body = String(repeating: "x", count: 400_000)
    for _ in 1...5 {
      #expect(try site.answer(to: FakeInbound("POST", "/webhook/open", body: body)).status == 200)
      #expect(try site.answer(to: FakeInbound("POST", "/webhook/erp", body: body)).status == 401)
      var cut = FakeInbound("POST", "/webhook/open", body: body)
      cut.announcedLength = 500_000
      #expect(try site.answer(to: cut).status == 400)
    }
  }

  @Test func `a spool that can't be written is 503 with Retry-After`() throws {
    let site = try ReceivingSite(Self.files)
    try FileManager.default.removeItem(at: site.folder.appending(path: "spool/stock/new"))
    let answer = try site.answer(to: FakeInbound("POST", "/webhook/open"))
    #expect(answer.status == 503)
    #expect(answer.headers.contains(.init("Retry-After", "10")))
    #expect(site.lines.texts.count == 1)
    #expect(site.lines.texts[0].contains(#""level":"error""#))
  }

  @Test func `deciding has no effect`() throws {
    let site = try ReceivingSite(Self.files)
    let request = FakeInbound("POST", "/webhook/erp", headers: Self.genuine).head
    let arrival = Arrivals().next(at: Date())
    let decision = Judge.decide(request, arrival, site.snapshots.current)
    guard case .accepted(let commit) = decision.verdict else {
      Issue.record("it was refused")
      return
    }
    #expect(commit.entries.map(\.spool.path) == ["stock", "audit"])
    #expect(Set(commit.entries.map(\.id)).count == 2)
    #expect(site.tasks("stock").isEmpty && site.lines.texts.isEmpty)
  }
}
