import Foundation
import Testing

@testable import Verification
@testable import Webhooks

/// Requests to paths without a webhook: the log's entries about them, and their number.
@Suite struct StrayRequestTests {
  private static let files = [
    "incoming/stock.yaml": "",
    "webhooks/shop.yaml": "incoming: stock\npre_processors: []\n",
    "webhooks/erp.yaml": "incoming: stock\npre_processors: []\n",
  ]

  private func entries(_ paths: [String], from remote: (Int) -> String = { _ in "192.0.2.7" })
    throws -> [LoggedEntry]
  {
    let site = try ReceivingSite(Self.files)
    for (place, path) in paths.enumerated() {
      var inbound = FakeInbound("POST", path)
      inbound.head.remote = remote(place)
      #expect(try site.answer(to: inbound).status == 404)
    }
    site.log.finish()
    return try site.lines.texts.map { try #require(LoggedEntry(json: Array($0.utf8))) }
  }

  @Test func `one is logged with its path and the id that its sender was told`() throws {
    let site = try ReceivingSite(Self.files)
    let answer = try site.answer(to: FakeInbound("POST", "/webhook/nothing-like-it"))
    let told = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    let id = try #require(told?["delivery"] as? String)
    try #require(site.lines.texts.count == 1)
    let entry = try #require(LoggedEntry(json: Array(site.lines.texts[0].utf8)))
    #expect(entry["delivery"] == id && entry["status"] == "404" && entry["webhook"] == nil)
    #expect(entry["path"] == "/webhook/nothing-like-it" && entry["near"] == nil)
    var table = LogTable()
    #expect(table.row(entry).contains("path: there is no such webhook: /webhook/nothing-like-it; "))
    var selection = LogSelection()
    selection.delivery = String(id.prefix(13))
    #expect(selection.contains(entry))
    selection.webhook = "shop"
    #expect(!selection.contains(entry))
  }

  @Test(arguments: ["/webhook/shpo", "/webhook/shop/", "/webhok/shop", "/webhook/Shop"])
  func `the webhook that was probably meant is named, and finds it`(path: String) throws {
    let entry = try #require(try entries([path]).first)
    #expect(entry["near"] == "shop")
    #expect(entry["reason"]?.hasSuffix("\(path) (did you mean shop?)") == true)
    var selection = LogSelection()
    selection.webhook = "shop"
    #expect(selection.contains(entry))
    selection.webhook = "erp"
    #expect(!selection.contains(entry))
  }

  @Test func `of a flood a few a minute are written, and the rest counted`() throws {
    let same = try entries((1...100).map { "/webhook/x\($0)" })
    // The minute of the bound may end in between, once.
    #expect([3, 6].contains(same.count { $0["delivery"] != nil }))
    let all = try entries((1...200).map { "/webhook/x\($0)" }) { "192.0.2.\($0 % 100)" }
    let written = all.count { $0["delivery"] != nil }
    #expect((20...60).contains(written), "\(written)")
    let counted = all.compactMap { $0["count"].flatMap { Int($0) } }.reduce(0, +)
    #expect(written + counted == 200)
  }

  @Test func `a path of any length costs no comparison of names`() throws {
    let entry = try #require(
      try entries(["/webhook/" + String(repeating: "shop", count: 2000)]).first)
    #expect(entry["near"] == nil)
    #expect(entry["path"]?.hasSuffix("… (cut)") == true)
  }

  @Test func `a delivery that went whole into failed has made no task`() throws {
    let site = try ReceivingSite([
      "incoming/stock.yaml": "filter: error(\"no\")\n",
      "webhooks/erp.yaml": "incoming: stock\nlogging: true\npre_processors: []\n",
    ])
    #expect(try site.answer(to: FakeInbound("POST", "/webhook/erp")).status == 200)
    #expect(site.tasks("stock", in: "failed").count == 2)
    try #require(site.lines.texts.count == 1)
    let entry = try #require(LoggedEntry(json: Array(site.lines.texts[0].utf8)))
    var table = LogTable()
    #expect(table.row(entry).contains("no task; into failed/ of stock: filter: no"))
  }
}
