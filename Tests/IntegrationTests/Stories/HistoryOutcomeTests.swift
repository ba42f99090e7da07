import Foundation
import Testing

@testable import Harness

/// What becomes of deliveries that make no task is kept, too, without what is a secret in them.
@Suite(.showingLogs) struct HistoryOutcomeTests {
  private static let marker = "marker-7d20-planted"
  private static let files = Sample.files.merging([
    "secrets/github": "It's a Secret to Everybody",
    "webhooks/github.yaml": """
    incoming: stock
    history: {}
    pre_processors:
      - {type: sender, sender: github, secrets: [{secret: github}]}
      - {type: replay}

    """,
    "webhooks/meta.yaml": """
    incoming: stock
    history: {}
    pre_processors:
      - type: sender
        sender: meta-whatsapp
        secrets: [{secret: github}]
        verify_tokens: [{literal: \(marker)}]

    """,
    "webhooks/erp.yaml": Sample.webhook("history: {bodies: false}"),
    "webhooks/none.yaml": Sample.webhook(),
  ]) { $1 }

  /// Returns the deliveries that `delivery list` finds, the newest first, once there are so many.
  private func list(_ site: Site, _ webhook: String, _ count: Int) throws -> [[String: Any]] {
    var found: [[String: Any]] = []
    try until("\(count) of \(webhook) are found") {
      found = try site.command("delivery", "list", webhook, "--json").text.split(separator: "\n")
        .map {
          try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
      return found.count == count
    }
    return found
  }

  @Test func `a repeated delivery is kept, with the id of the first`() throws {
    try Site.open(Self.files) { site in
      for _ in 1...2 {
        let reply = try site.post(
          "/webhook/github", Array("Hello, World!".utf8),
          headers: [
            "X-Hub-Signature-256: sha256=\(Explained.signature)", "X-GitHub-Delivery: one",
          ])
        #expect(reply.status == 200)
      }
      let found = try list(site, "github", 2)
      #expect(found.compactMap { $0["verdict"] as? String } == ["repeated", "accepted"])
      #expect(found[0]["first"] as? String == found[1]["id"] as? String)
      #expect(found[0]["status"] as? Int == 200)
      // What was accepted already is not brought back.
      let said = try site.command(
        "delivery", "again", found[0]["id"] as? String ?? "", "--yes", "--json")
      #expect(said.status == 1, "\(said.text)")
      #expect(site.tasks().count == 1)
    }
  }

  @Test func `a handshake is kept without its token`() throws {
    try Site.open(Self.files) { site in
      let reply = try site.send(
        "GET",
        "/webhook/meta?hub.mode=subscribe&hub.challenge=115&hub.verify_token=\(Self.marker)", [],
        headers: [])
      #expect(reply.status == 200 && reply.text == "115")
      let found = try list(site, "meta", 1)
      #expect(found[0]["verdict"] as? String == "answered")
      #expect(found[0]["masked_parameters"] as? [String] == ["hub.verify_token"])
      #expect(
        try Tool.run("grep", ["-rl", Self.marker, site.folder("state").path]).text == "")
    }
  }

  @Test func `a body is kept only if the webhook says so, and nothing without a history`() throws {
    try Site.open(Self.files) { site in
      for webhook in ["erp", "none"] {
        let reply = try site.post(
          "/webhook/\(webhook)", Array(#"{"word":"\#(Self.marker)"}"#.utf8),
          headers: Sample.genuine)
        #expect(reply.status == 200)
      }
      let id = try #require(try list(site, "erp", 1)[0]["id"] as? String)
      #expect(try site.command("delivery", "show", id).text.contains("the body was not kept"))
      let body = try site.command("delivery", "body", id)
      #expect(body.status == 1 && body.output.isEmpty && body.errors.contains("not kept"))
      let again = try site.command("delivery", "again", id, "--to", "audit", "--yes")
      #expect(again.status == 1 && again.text.contains("1 left out: the body was not kept"))
      site.stop()
      #expect(
        try Tool.run("grep", ["-rl", Self.marker, site.folder("state/history").path]).text == "")
      #expect(!FileManager.default.fileExists(atPath: site.folder("state/history/none").path))
    }
  }
}
