import Foundation
import Testing

@testable import Harness

/// `webhook rename`: everything that is known of a webhook moves along.
@Suite(.showingLogs) struct WebhookRenameTests {
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n", "secrets/erp": "0123456789abcdef\n",
    "webhooks/erp.yaml": """
    # The file's name makes the URL, …/webhook/erp. A change of the name below doesn't change it.
    name: ERP
    incoming: stock
    delivery_id_header: X-Id
    history: {}
    pre_processors:
      - {type: header, name: X-Secret, secrets: [{secret: erp}]}
      - type: replay
    """,
  ]

  private func deliver(
    _ webhook: String, _ id: String, _ site: Site, secret: String = "0123456789abcdef"
  ) throws -> Reply {
    try site.post(
      "/webhook/\(webhook)", Array("{}".utf8), headers: ["X-Secret: \(secret)", "X-Id: \(id)"])
  }

  private func counts(_ webhook: String, _ site: Site) throws -> [String: Int] {
    let shown = try site.command("webhook", "show", webhook, "--json")
    let page = try JSONSerialization.jsonObject(with: Data(shown.output)) as? [String: Any]
    return page?["deliveries"] as? [String: Int] ?? [:]
  }

  @Test func `file, copies, refused deliveries and counters go along`() throws {
    try Site.open(Self.files) { site in
      let first = try deliver("erp", "1", site)
      #expect(first.status == 200)
      #expect(try deliver("erp", "2", site, secret: "wrong").status == 401)
      try until("both are kept") {
        try site.command("delivery", "list", "erp", "--json").text.split(separator: "\n").count == 2
      }
      let before = try site.command("webhook", "rename", "erp", "wms")
      #expect(before.status == 1 && before.errors.contains("--yes"), "\(before.errors)")
      let renamed = try site.command("webhook", "rename", "erp", "wms", "--yes")
      #expect(renamed.status == 0, "\(renamed.errors)")
      #expect(!renamed.errors.contains("stays"), "\(renamed.errors)")
      #expect(
        renamed.text == """
          Renamed webhooks/erp.yaml to webhooks/wms.yaml.
          URL: https://localhost:\(site.port)/webhook/wms
          Give it to the sender: https://localhost:\(site.port)/webhook/erp is answered 404 from now on.
          The responder has loaded the change.

          """)
      let file = try #require(Self.files["webhooks/erp.yaml"])
      #expect(
        site.folder.text("etc/webhooks/wms.yaml")
          == file.replacing("/webhook/erp.", with: "/webhook/wms."))
      #expect(site.folder.names(in: "etc/webhooks") == ["wms.yaml"])
      #expect(try deliver("erp", "3", site).status == 404)
      // A copy of the delivery that came under the old name.
      let copy = try deliver("wms", "1", site)
      #expect(copy.status == 200 && copy.text.contains("\"tasks\":0"), "\(copy.text)")
      #expect(try deliver("wms", "4", site).text.contains("\"tasks\":1"))
      try until("the counters went along") {
        try counts("wms", site)["accepted"] == 2 && counts("wms", site)["refused"] == 1
      }
      try until("the history went along, and goes on") {
        try site.command("delivery", "list", "wms", "--json").text.split(separator: "\n").count == 4
      }
      #expect(site.folder.names(in: "state/renamed") == [])
      #expect(site.stop() == 0)
      try site.start()
      #expect(try deliver("wms", "1", site).text.contains("\"tasks\":0"))
      #expect(try counts("wms", site)["accepted"] == 2)
    }
  }

  @Test func `a responder that does not run takes the counters when it starts`() throws {
    try Site.open(Self.files) { site in
      #expect(try deliver("erp", "1", site).status == 200)
      #expect(site.stop() == 0)
      let renamed = try site.command("webhook", "rename", "erp", "wms", "--yes")
      #expect(renamed.status == 0, "\(renamed.errors)")
      try site.start()
      try until("the counters are there") { try counts("wms", site)["accepted"] == 1 }
      #expect(try deliver("wms", "1", site).text.contains("\"tasks\":0"))
    }
  }

  @Test func `a name that is taken, or is none, is refused`() throws {
    var files = Self.files
    files["webhooks/wms.yaml"] = "incoming: stock\npre_processors: []\n"
    try Administration.run(files) { levelwind in
      let before = levelwind.snapshot()
      let taken = try levelwind("webhook", "rename", "erp", "wms", "--yes")
      #expect(taken.status == 1 && taken.errors.contains("webhook wms is there already"))
      let none = try levelwind("webhook", "rename", "erp", "New Name", "--yes")
      #expect(none.status == 64 && none.errors.contains("did you mean \"new-name\"?"))
      #expect(try levelwind("webhook", "rename", "gone", "new", "--yes").status == 1)
      #expect(levelwind.snapshot() == before)
    }
  }
}
