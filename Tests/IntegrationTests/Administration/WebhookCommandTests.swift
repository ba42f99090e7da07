import Foundation
import Testing

@testable import Harness

@Suite(.showingLogs) struct WebhookCommandTests {
  private let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/erp.yaml": """
    name: ERP
    incoming: stock
    pre_processors:
      - type: header
        name: X-Secret
        secrets:
          - {secret: new}
          - {secret: old, not_after: 2999-01-01T00:00:00Z}
          - {secret: older, not_after: 2001-01-01T00:00:00Z}
    """,
    "webhooks/broken.yaml": "incoming: nowhere\npre_processors: []\n",
    "secrets/new": "s-new", "secrets/old": "s-old", "secrets/older": "s-older",
  ]

  /// Returns `secrets` of `webhook show --json`, by name.
  private func secrets(_ site: Site) throws -> [String: [String: Any]] {
    let shown = try site.command("webhook", "show", "erp", "--json")
    #expect(shown.status == 0)
    let page = try #require(
      try JSONSerialization.jsonObject(with: Data(shown.output)) as? [String: Any])
    let rows = try #require(page["secrets"] as? [[String: Any]])
    return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"] as? String ?? "", $0) })
  }

  private func deliver(_ secret: String, _ site: Site) throws -> Int {
    try site.post("/webhook/erp", Array("{}".utf8), headers: ["X-Secret: \(secret)"]).status
  }

  @Test func `webhook show counts the matches of each secret, over restarts`() throws {
    try Site.open(files) { site in
      #expect(try secrets(site)["old"]?["matches"] as? Int == 0)
      #expect(try deliver("s-old", site) == 200)
      #expect(try deliver("s-older", site) == 401)
      try until("the match shows") { try secrets(site)["old"]?["matches"] as? Int == 1 }
      #expect(try deliver("s-old", site) == 200)
      #expect(site.stop() == 0)
      #expect(try secrets(site)["old"]?["matches"] as? Int == 2)
      try site.start()
      #expect(try deliver("s-old", site) == 200)
      #expect(try deliver("s-new", site) == 200)
      #expect(site.stop() == 0)
      let seen = try secrets(site)
      #expect(seen["old"]?["matches"] as? Int == 3)
      #expect(seen["old"]?["last_match"] != nil)
      #expect(seen["new"]?["matches"] as? Int == 1)
      #expect(seen["older"]?["matches"] as? Int == 0)
      #expect(seen["older"]?["expired"] as? Bool == true)
      #expect(seen["old"]?["expired"] as? Bool == false)
    }
  }

  @Test func `webhook show and list tell what is there, and no value`() throws {
    try Site.open(files) { site in
      let shown = try site.command("webhook", "show", "erp")
      #expect(shown.status == 0)
      for words in [
        "ERP (erp)", "State: active", "URL: https://localhost:\(site.port)/webhook/erp",
        "  1. header: ", "new: never matched; pre_processors[0].secrets",
        "older: never matched; EXPIRED",
      ] { #expect(shown.text.contains(words), "\(shown.text)") }
      #expect(!shown.text.contains("s-new") && !shown.text.contains("s-old"))
      let broken = try site.command("webhook", "show", "broken")
      #expect(broken.status == 1)
      #expect(broken.errors.contains("webhooks/broken.yaml:1"))
      #expect(try site.command("webhook", "show", "none").status == 1)
      let list = try site.command("webhook", "list")
      #expect(list.text.contains("erp     active    https://localhost:\(site.port)/webhook/erp"))
      #expect(list.text.contains("broken  broken"))
    }
  }
}
