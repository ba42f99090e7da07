import Foundation
import Spooling
import Testing

@testable import Verification
@testable import Webhooks

/// Limits of spools, on the way of a delivery.
@Suite struct LimitTests {
  private func files(_ stock: String, _ audit: String) -> [String: String] {
    [
      "webhooks/erp.yaml":
        "incoming: stock\nadditional_incoming: [audit]\nlogging: true\npre_processors: []\n",
      "incoming/stock.yaml": stock + "\n", "incoming/audit.yaml": audit + "\n",
    ]
  }

  @Test func `a full spool refuses the deliveries that need it, for a while`() throws {
    let site = try ReceivingSite(files("limits: {tasks: 2}", "filter: .data.body.audit"))
    for status in [200, 200, 503, 503] {
      #expect(try site.answer(to: FakeInbound("POST", "/webhook/erp")).status == status)
    }
    #expect(site.tasks("stock").count == 2)
    #expect(
      site.lines.texts.contains { $0.contains("spool stock is full: its limits are 2 tasks") })
    try FileManager.default.removeItem(at: try #require(site.tasks("stock").first))
    #expect(try site.answer(to: FakeInbound("POST", "/webhook/erp")).status == 503)
    site.depths.look()
    #expect(try site.answer(to: FakeInbound("POST", "/webhook/erp")).status == 200)
  }

  @Test func `a copy that nobody reads does not stop the others`() throws {
    let site = try ReceivingSite(files("", "limits: {bytes: 2KiB, when_full: skip}"))
    for _ in 0..<6 {
      #expect(try site.answer(to: FakeInbound("POST", "/webhook/erp")).status == 200)
    }
    #expect(site.tasks("stock").count == 6)
    #expect((1...4).contains(site.tasks("audit").count))
    #expect(site.lines.texts.contains { $0.contains("left out of a full spool") })
    #expect(site.lines.texts.contains { $0.contains("its limits are 2KiB") })
  }

  @Test func `the tasks of a batch fit together, or not at all`() throws {
    let site = try ReceivingSite(
      files("parser: {type: json, items: '.data.body[]'}\nlimits: {tasks: 3}", ""))
    let json = [(name: "Content-Type", value: "application/json")]
    for (body, status) in [("[1,2]", 200), ("[1,2]", 503), ("[1]", 200), ("[]", 200)] {
      let answer = try site.answer(
        to: FakeInbound("POST", "/webhook/erp", headers: json, body: body))
      #expect(answer.status == status, "\(body)")
    }
    #expect(site.tasks("stock").count == 3)
    #expect(site.tasks("audit").count == 3)
  }

  @Test func `what goes into failed counts as well`() throws {
    let site = try ReceivingSite(files("filter: error(1)\nlimits: {tasks: 1}", ""))
    for status in [200, 503] {
      #expect(try site.answer(to: FakeInbound("POST", "/webhook/erp")).status == status)
    }
  }

  @Test func `a commit that fails is not counted`() throws {
    let site = try ReceivingSite(files("limits: {tasks: 1}", ""))
    try FileManager.default.removeItem(at: site.folder.appending(path: "spool/audit"))
    site.spools.update(
      ["stock", "audit"].map { SpoolSettings(.incoming($0), make: false) },
      floors: Floors(bytes: 0, inodes: 0))
    #expect(try site.answer(to: FakeInbound("POST", "/webhook/erp")).status == 503)
    #expect(site.depths.depth(of: "stock") == SpoolDepth())
  }

  @Test func `mistakes in limits are told`() throws {
    let files = try ConfigurationFiles([
      "incoming/a.yaml": "limits: {when_full: skip}\n",
      "incoming/b.yaml": "limits: {tasks: 0, bytes: 1}\n",
      "incoming/c.yaml": "limits: {tasks: 1, when_full: drop}\n",
    ])
    #expect(
      files.problems() == [
        "incoming/a.yaml:1:9: limits: expected tasks, bytes or both",
        "incoming/b.yaml:1:17: limits.tasks: expected a whole number from 1 to 1000000000, "
          + "found \"0\"",
        "incoming/b.yaml:1:27: limits.bytes: expected a size such as 10MiB, from 1KiB to 1024TiB, "
          + "found \"1\"",
        "incoming/c.yaml:1:31: limits.when_full: expected one of refuse, skip, found \"drop\"",
      ])
  }
}
