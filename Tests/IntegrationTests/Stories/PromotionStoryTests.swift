import Foundation
import Testing

@testable import Harness

/// The way from stage to production, as levelwind-administration(7) shows it.
@Suite(.showingLogs) struct PromotionStoryTests {
  private static let stage = [
    "incoming/orders.yaml": "name: Orders\n",
    "webhooks/shop.yaml": """
    name: Shop
    incoming: orders
    pre_processors:
      - type: header
        name: X-Webhook-Secret
        secrets: [{secret: shop}]

    """,
    "secrets/shop": "the-secret-of-stage\n", "test-secrets/shop": "everybody-knows-this-one\n",
    "tests/shop/order.http":
      "POST /webhook/shop HTTP/1.1\r\nx-webhook-secret: everybody-knows-this-one\r\n\r\n",
    "tests/shop/order.yaml": "verdict: accepted\nincoming: [orders]\n",
  ]

  private func run(_ script: String, in folder: Folder, as configuration: String) throws -> String {
    let script = script.replacing("/root/", with: "\(folder.path)/")
    let said = try Manual.run(script, in: folder, configuration: configuration)
    // The machine isn't a server, which check finds.
    let isDone = said.status == 0 || script.contains("levelwind check")
    try #require(isDone, "\(script)\(said.text)\(said.errors)")
    return said.text
  }

  private func status(_ site: Site, secret: String) throws -> Int {
    try site.post("/webhook/shop", [0x31], headers: ["X-Webhook-Secret: \(secret)"]).status
  }

  @Test func `a webhook that was tried on stage comes to production, and later its changes`() throws
  {
    let blocks = try Manual.blocks(between: "promoting")
    try #require(blocks.count == 2)
    try Administration.run(Self.stage) { stage in
      try Site.open([:]) { site in
        try site.folder.write("the-secret-of-production\n", to: "secret")
        #expect(try status(site, secret: "the-secret-of-production") == 404)
        _ = try run(blocks[0].text, in: site.folder, as: stage.folder("etc").path)
        let said = try run(blocks[1].text, in: site.folder, as: site.configuration)
        for line in ["new      webhooks/shop.yaml", "Imported 5 files.", "ok    tests/shop/order"] {
          #expect(said.contains(line), "\(line): \(said)")
        }
        #expect(try status(site, secret: "the-secret-of-production") == 200)
        #expect(try status(site, secret: "the-secret-of-stage") == 401)
        #expect(site.tasks("orders").count == 1)
        // A change on stage.
        #expect(try stage("webhook", "set", "shop", "response.status=202").status == 0)
        _ = try run(blocks[0].text, in: site.folder, as: stage.folder("etc").path)
        let lines = blocks[1].text.split(separator: "\n").prefix(3).joined(separator: "\n")
        let again = try run(lines, in: site.folder, as: site.configuration)
        #expect(again.contains("+   status: 202") || again.contains("status: 202"), "\(again)")
        #expect(try status(site, secret: "the-secret-of-production") == 202)
      }
    }
  }

  @Test func `a server that moves takes its secrets along`() throws {
    let block = try #require(try Manual.blocks(between: "sealing").first)
    let lines = block.text.split(separator: "\n").map(String.init)
    try #require(lines.count == 3)
    try Administration.run(Self.stage) { old in
      try Site.open([:]) { site in
        try site.folder.write("correct horse battery\n", to: "passphrase")
        _ = try run(lines[0], in: site.folder, as: old.folder("etc").path)
        _ = try run(lines[1], in: site.folder, as: site.configuration)
        #expect(try status(site, secret: "the-secret-of-stage") == 200)
        // gpg asks at a terminal, where there is one.
        let options =
          "gpg --homedir \(site.folder.path) --batch --no-autostart --pinentry-mode loopback "
          + "--passphrase-file \(site.folder("passphrase").path)"
        let listed = try run(
          lines[2].replacing("| gpg", with: "| \(options)"), in: site.folder, as: site.configuration
        )
        #expect(listed == "secrets/shop\n")
      }
    }
  }
}
