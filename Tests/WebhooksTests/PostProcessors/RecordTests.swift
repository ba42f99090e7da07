import Foundation
import Spooling
import Testing

@testable import Verification
@testable import Webhooks

/// The records that a delivery leaves for post-processors.
@Suite struct RecordTests {
  private static let post = """
    post_processors:
      - {type: exec, command: [/bin/true]}
      - {type: http, url: "https://example.org/", include_body: true, name: full}

    """
  private static let files = [
    "incoming/stock.yaml": "", "incoming/audit.yaml": "filter: .data.body.audit",
    "webhooks/erp.yaml": rightWebhook + "additional_incoming: [audit]\n" + post,
  ]

  private func names(_ site: ReceivingSite, _ spool: String) -> [String] {
    let folder = site.folder.appending(path: "state/postprocess/\(spool)/new").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private func bytes(_ site: ReceivingSite, _ spool: String) throws -> [UInt8] {
    let names = names(site, spool)
    try #require(names.count == 1, "\(names)")
    return Array(
      try Data(
        contentsOf: site.folder.appending(path: "state/postprocess/\(spool)/new/\(names[0])")))
  }

  private func record(_ site: ReceivingSite, _ spool: String) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: Data(bytes(site, spool)))
    return try #require(json as? [String: Any])
  }

  private func deliver(_ body: String, to site: ReceivingSite) throws -> Answer {
    try site.answer(
      to: FakeInbound(
        "POST", "/webhook/erp", headers: [("content-type", "application/json")], body: body))
  }

  @Test func `each post-processor has one, with the delivery and its tasks, and no body unasked`()
    throws
  {
    let site = try ReceivingSite(Self.files)
    #expect(try deliver(#"{"audit":true,"n":12345}"#, to: site).status == 200)
    let (stock, audit) = (try site.task("stock"), try site.task("audit"))
    let record = try record(site, "erp.exec")
    let data = try #require(record["data"] as? [String: Any])
    #expect(record["type"] as? String == "levelwind.accepted")
    #expect(record["subject"] as? String == "exec")
    #expect(record["id"] as? String == names(site, "erp.exec")[0].replacing(".json", with: ""))
    for key in ["delivery", "time", "source", "webhook", "specversion"] {
      #expect(record[key] as? String == stock[key] as? String, "\(key)")
    }
    #expect(
      data["tasks"] as? [[String: String]] == [
        ["id": stock["id"] as? String ?? "", "incoming": "stock"],
        ["id": audit["id"] as? String ?? "", "incoming": "audit"],
      ])
    #expect(data["failed"] as? [[String: String]] == [])
    let task = try #require(stock["data"] as? [String: Any])
    for key in ["verified", "remote", "contentType", "bodySha256"] {
      #expect(data[key] as? String == task[key] as? String, "\(key)")
    }
    #expect(data["bodyBytes"] as? Int == 24)
    #expect(
      Set(data.keys) == [
        "verified", "remote", "contentType", "bodySha256", "bodyBytes", "tasks", "failed",
      ])
  }

  @Test func `with the body it is byte-exact, and comes out as it does of a task`() throws {
    let site = try ReceivingSite(Self.files)
    let body = #"{"audit": false, "n": 123456789012345678901234567890, "n":2}"#
    #expect(try deliver(body, to: site).status == 200)
    let bytes = try bytes(site, "erp.full")
    #expect(String(decoding: bytes.suffix(body.utf8.count + 3), as: UTF8.self) == body + "}}\n")
    let spool = try TaskSpool(path: site.folder.path + "/state/postprocess/erp.full")
    let place = try #require(try spool.places(in: .new).first)
    let claim = try #require(try spool.claim(place))
    #expect(try claim.body() == Array(body.utf8))
    #expect(claim.header?.webhook == "erp")
    let record = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let data = try #require(record["data"] as? [String: Any])
    #expect(data["method"] as? String == "POST")
    #expect((data["tasks"] as? [Any])?.count == 1)
  }

  @Test func `a delivery that goes into failed says so`() throws {
    var files = Self.files
    files["incoming/audit.yaml"] = "filter: error(\"no\")"
    let site = try ReceivingSite(files)
    #expect(try deliver("{}", to: site).status == 200)
    let data = try #require(try record(site, "erp.exec")["data"] as? [String: Any])
    #expect((data["tasks"] as? [[String: String]])?.map { $0["incoming"] } == ["stock"])
    #expect((data["failed"] as? [[String: String]])?.map { $0["incoming"] } == ["audit"])
  }

  @Test func `what is left out of a full spool is in no record`() throws {
    var files = Self.files
    files["incoming/audit.yaml"] = "limits: {tasks: 1, when_full: skip}"
    let site = try ReceivingSite(files)
    #expect(try deliver("1", to: site).status == 200)
    #expect(try deliver("2", to: site).status == 200)
    #expect(names(site, "erp.exec").count == 2)
    let last = site.folder.appending(
      path: "state/postprocess/erp.exec/new/\(names(site, "erp.exec")[1])")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: last))
    let data = try #require((json as? [String: Any])?["data"] as? [String: Any])
    #expect((data["tasks"] as? [[String: String]])?.map { $0["incoming"] } == ["stock"])
  }

  @Test func `what is refused, repeated or a webhook without them leaves none`() throws {
    var files = Self.files
    files["webhooks/erp.yaml"] = """
      incoming: stock
      delivery_id_header: X-Id
      pre_processors: [{type: replay}]
      \(Self.post)
      """
    let site = try ReceivingSite(files)
    for _ in 1...2 {
      let inbound = FakeInbound("POST", "/webhook/erp", headers: [("x-id", "1")])
      #expect(try site.answer(to: inbound).status == 200)
    }
    #expect(try site.answer(to: FakeInbound("PUT", "/webhook/erp")).status == 405)
    #expect(names(site, "erp.exec").count == 1)
    #expect(names(site, "erp.full").count == 1)
  }

  @Test func `the answer counts tasks alone, and explain shows the records`() throws {
    let site = try ReceivingSite(Self.files)
    let answer = try deliver(#"{"audit":1}"#, to: site)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("\"tasks\":2"))
    let inbound = FakeInbound(
      "POST", "/webhook/erp", headers: [("content-type", "application/json")],
      body: #"{"audit":1}"#)
    var request = inbound.head
    request.body = inbound.wire
    let explanation = Explanation(
      request, for: try #require(Identifier("erp")), at: Date(), in: site.snapshots.current)
    #expect(explanation.text.contains("record for post-processor exec, "))
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(explanation.json)) as? [String: Any])
    let records = try #require(json["records"] as? [[String: Any]])
    #expect(records.map { $0["post_processor"] as? String } == ["exec", "full"])
    #expect((records[0]["record"] as? [String: Any])?["type"] as? String == "levelwind.accepted")
    #expect((json["tasks"] as? [Any])?.count == 2)
  }
}
