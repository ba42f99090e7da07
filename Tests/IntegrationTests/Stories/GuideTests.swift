import Foundation
import Testing

@testable import Harness

/// The guides: levelwind-senders(7), and the pages about coming from other programs. Their commands
/// work as they stand, and say what the presets say.
@Suite(.showingLogs) struct GuideTests {
  /// The guides of one sender each, by the sender's name.
  private static func guides() throws -> [(sender: String, text: String)] {
    let page = try #require(try Manual.pages().first { $0.name == "levelwind-senders.7.md" })
    return page.text.components(separatedBy: "\n## ").compactMap { section in
      section.firstMatch(of: /<!-- sender: (\S+) -->/).map { (String($0.output.1), section) }
    }
  }

  /// Runs the commands of a page, with the site's folder in place of the places of a server.
  private func run(_ script: String, in site: Site) throws -> Tool.Result {
    let script = script.replacing("/root/", with: "\(site.folder.path)/")
      .replacing("/usr/local/bin/", with: "\(site.folder("bin").path)/")
    let said = try Manual.run(script, in: site.folder, configuration: site.configuration)
    try #require(said.status == 0, "\(script)\(said.text)\(said.errors)")
    return said
  }

  /// Has the editor write a text into the file that it is given.
  private func prepareEditor(toWrite text: String, in site: Site) throws {
    try site.folder.writeProgram("#!/bin/sh\nprintf '\(text)\\n' >\"$1\"\n", to: "bin/editor")
  }

  /// Writes the program that a page shows.
  private func writeProgram(_ block: Manual.Block, in site: Site) throws {
    let name = try #require(block.text.firstMatch(of: #/ /usr/local/bin/(\S+)\n/#)?.output.1)
    try site.folder.writeProgram(block.text, to: "bin/\(name)")
  }

  private func hmac(_ body: String, secret: String, in encoding: [String]) throws -> String {
    let made = try Tool.run(
      "sh", ["-c", "openssl dgst -sha256 -hmac \"$0\" \(encoding.joined(separator: " "))", secret],
      input: Array(body.utf8))
    return made.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func `the commands of each guide make a webhook that takes what its sender signs`() throws {
    let guides = try Self.guides()
    #expect(guides.count == 20)
    let secret = try #require(try Manual.blocks(between: "secret").first)
    try Site.open(["incoming/orders.yaml": "name: Orders\n"]) { site in
      try prepareEditor(toWrite: "0123456789abcdef0123456789abcdef", in: site)
      _ = try run(secret.text, in: site)
      try site.folder.write("shop:hush-hush-said-the-shop", to: "user-and-password")
      let key = "openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout"
      try site.folder.write(try Tool.run("sh", ["-c", key]).output, to: "sendgrid.pem")
      for guide in guides {
        let blocks = Manual.blocks(of: guide.text)
        try #require(!blocks.isEmpty && blocks.allSatisfy { $0.kind == "sh" })
        let said = try blocks.map { try run($0.text, in: site).text }.joined()
        let url = "https://localhost:\(site.port)/webhook/"
        let name = String(
          try #require(said.firstRange(of: url).map { said[$0.upperBound...] }, "\(said)")
            .prefix { $0 != "\n" })
        let tested = try site.command(
          "webhook", "test", name, "--send", "--ca-file", site.folder("tls/fullchain.pem").path)
        // Two sign with a key that only they have: what we make is refused.
        let expected: Int32 = ["paypal", "sendgrid"].contains(guide.sender) ? 1 : 0
        #expect(tested.status == expected, "\(guide.sender): \(tested.text)\(tested.errors)")
        if guide.sender == "twilio" { #expect(tested.text.contains("204"), "\(tested.text)") }
        let deleted = try site.command("webhook", "delete", name, "--yes")
        #expect(deleted.status == 0, "\(deleted.errors)")
      }
    }
  }

  @Test func `the page says of each sender what its preset says`() throws {
    let folder = try Folder(named: "manual")
    defer { folder.remove() }
    let made = try Tool.run(
      Site.repository.appending(path: "systemd/manual").path, [Site.levelwind, folder.path])
    #expect(made.status == 0, "\(made.errors)")
    /// Without roff's marks.
    func plain(_ text: String) -> String {
      text.replacing(#/\\f[BR]|\\&|`/#, with: "").replacing("\\-", with: "-")
    }
    let page = plain(folder.text("man7/levelwind-senders.7"))
    for guide in try Self.guides() {
      let shown = try Tool.run(Site.levelwind, ["senders", "show", guide.sender, "--json"])
      let preset = try #require(
        try JSONSerialization.jsonObject(with: Data(shown.output)) as? [String: Any])
      let retries = try #require((preset["retries"] as? [String: Any])?["words"] as? String)
      let secret = try #require(preset["secret"] as? String)
      let handshakes = try #require(preset["handshakes"] as? [String])
      for text in [retries, secret] + handshakes {
        #expect(page.contains(plain(text)), "\(guide.sender): \(text)")
      }
    }
  }

  @Test func `a hook of adnanh's webhook runs its command here, as its page says`() throws {
    let blocks = try Manual.blocks(between: "adnanh")
    try #require(blocks.count == 3)
    try Site.open([:]) { site in
      _ = try run(blocks[0].text, in: site)
      let secret = site.folder.text("etc/secrets/redeploy").trimmingCharacters(in: .newlines)
      for branch in ["main", "other"] {
        let body = #"{"ref": "refs/heads/\#(branch)", "after": "0a1b\#(branch)"}"#
        let code = try hmac(body, secret: secret, in: ["-r", "| cut -d ' ' -f 1"])
        let reply = try site.post(
          "/webhook/redeploy", Array(body.utf8),
          headers: ["X-Hub-Signature-256: sha256=\(code)", "Content-Type: application/json"])
        #expect(reply.status == 200)
      }
      try writeProgram(blocks[1], in: site)
      let drained = try run(blocks[2].text, in: site)
      #expect(drained.text.contains("0a1bmain") && !drained.text.contains("0a1bother"))
      #expect(site.stored() == [])
    }
  }

  @Test func `a PHP script becomes a command, as its page says`() throws {
    let blocks = try Manual.blocks(between: "php")
    try #require(blocks.map(\.kind) == ["sh", "php", "sh"])
    try Site.open([:]) { site in
      try site.folder.write("hush\n", to: "secret")
      _ = try run(blocks[0].text, in: site)
      let body = #"{"id": 4711}"#
      let code = try hmac(body, secret: "hush", in: ["-binary", "| base64"])
      let reply = try site.post(
        "/webhook/shop", Array(body.utf8),
        headers: [
          "X-Shopify-Hmac-SHA256: \(code)", "X-Shopify-Topic: orders/create",
          "Content-Type: application/json",
        ])
      #expect(reply.status == 200)
      try writeProgram(blocks[1], in: site)
      let drained = try run(blocks[2].text, in: site)
      #expect(drained.text.contains("orders/create 4711"), "\(drained.text)\(drained.errors)")
      #expect(site.stored() == [])
    }
  }

  @Test func `several entities become tasks, as the page about Alumio says`() throws {
    let blocks = try Manual.blocks(between: "alumio")
    try #require(blocks.count == 2)
    try Site.open([:]) { site in
      _ = try run(blocks[0].text, in: site)
      let secret = site.folder.text("etc/secrets/erp").trimmingCharacters(in: .newlines)
      let reply = try site.post(
        "/webhook/erp", Array(#"{"entity": "product", "items": [{"id": 1}, {"id": 2}]}"#.utf8),
        headers: ["X-Webhook-Secret: \(secret)", "Content-Type: application/json"])
      #expect(reply.status == 200)
      try until("the delivery is kept") {
        try site.command("delivery", "list", "erp", "--json").text.contains("accepted")
      }
      let said = try run(blocks[1].text, in: site)
      #expect(said.text.contains("accepted"), "\(said.text)")
      #expect(site.tasks("products").count == 2)
    }
  }
}
