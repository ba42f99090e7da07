import Foundation
import Testing

@testable import Harness

/// The state of a webhook besides its tasks: ids of deliveries, and secrets that senders brought
/// along.
@Suite(.showingLogs) struct StateTests {
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/erp.yaml": """
    incoming: stock
    delivery_id_header: X-Id
    pre_processors:
      - {type: header, name: X-Secret, secrets: [{literal: s3cret}]}
      - {type: replay}
    """,
    "webhooks/asana.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: asana}
    """,
    "webhooks/notion.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: notion}
    """,
  ]

  @Test func `a copy makes no task, also after a restart`() throws {
    try Site.open(Self.files) { site in
      func deliver(_ id: String) throws -> Reply {
        try site.post(
          "/webhook/erp", Array("{}".utf8), headers: ["X-Secret: s3cret", "X-Id: \(id)"])
      }
      let first = try deliver("a")
      #expect(first.status == 200)
      #expect(first.json["tasks"] as? Int == 1)
      for restarts in 0...1 {
        if restarts == 1 {
          site.stop()
          try site.start()
        }
        let copy = try deliver("a")
        #expect(copy.status == 200)
        #expect(copy.json["tasks"] as? Int == 0)
        #expect(copy.json["id"] as? String == first.json["id"] as? String)
      }
      #expect(try deliver("b").json["tasks"] as? Int == 1)
      #expect(site.tasks().count == 2)
    }
  }

  private func handshake(_ secret: String, _ site: Site) throws -> Reply {
    try site.post("/webhook/asana", [], headers: ["X-Hook-Secret: \(secret)"])
  }

  private func deliver(_ secret: String, _ site: Site) throws -> Int {
    let body = Array(#"{"events":[]}"#.utf8)
    let signed = try Tool.run(
      "openssl", ["dgst", "-sha256", "-hmac", secret, "-r"], input: body)
    let code = signed.text.prefix { $0 != " " }
    return try site.post("/webhook/asana", body, headers: ["X-Hook-Signature: \(code)"]).status
  }

  @Test func `a secret is learned while the door is open, shown, and used from then on`() throws {
    try Site.open(Self.files) { site in
      #expect(try handshake("too-early", site).status == 503)
      #expect(try deliver("too-early", site) == 401)

      let output = site.folder("output")
      let waiting = try Child(
        Site.levelwind,
        ["webhook", "handshake", "asana", "--for", "5m", "--config", site.configuration],
        log: site.folder("log/handshake.log"), output: output)
      defer { waiting.stop() }
      try until("the door is open") {
        site.folder.names(in: "state/handshakes") == ["asana"]
      }
      let answer = try handshake("brought-along", site)
      #expect(answer.status == 200)
      #expect(answer["x-hook-secret"] == "brought-along")
      #expect(waiting.wait() == 0)
      #expect(site.folder.text("output").hasSuffix(": brought-along\n"))
      #expect(try deliver("brought-along", site) == 200)
      #expect(try deliver("another", site) == 401)
      // The first secret closes the door.
      #expect(try handshake("too-late", site).status == 503)
      #expect(try deliver("too-late", site) == 401)

      site.stop()
      try site.start()
      #expect(try deliver("brought-along", site) == 200)
      let kept = site.folder.names(in: "state/secrets/asana/new")
      #expect(kept.count == 1)
      let file = site.folder("state/secrets/asana/new/\(kept.first ?? "")").path
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
      #expect(mode as? Int == 0o600)
      #expect(!site.folder.text("log/responder.log").contains("brought-along"))
      let shown = try site.command("webhook", "show", "asana")
      #expect(shown.text.contains("handshake-"))
      #expect(!shown.text.contains("brought-along"))
    }
  }

  @Test func `a secret that comes while a reload is held up is in use after it`() throws {
    try Site.open(Self.files) { site in
      func loads() throws -> Int {
        try site.log().count { $0["message"] as? String == "configuration" }
      }
      site.stop()
      try site.start(by: ["\(Site.levelwind)-faulty", "--orders", site.folder("orders").path])
      try until("the second start is in the log") { try loads() == 2 }
      let gate = site.folder("gate").path
      try #require(mkfifo(gate, 0o600) == 0)
      let end = Int(Date().timeIntervalSince1970) + 600
      try site.folder.write("\(end)\n", to: "state/handshakes/asana")
      try site.folder.write("hold open-directory \(gate)", to: "orders")
      site.responder?.send(SIGHUP)
      // The reload has read the secrets, and waits at the spools.
      var writer: Int32 = -1
      defer { close(writer) }
      try until("the reload is held up") {
        writer = open(gate, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        return writer >= 0
      }
      #expect(try handshake("brought-along", site).status == 200)
      #expect(try loads() == 2)
      close(writer)
      writer = -1
      try until("the reload is over") { try loads() == 3 }
      #expect(try deliver("brought-along", site) == 200)
    }
  }

  @Test func `a learned secret is listed, retired and removed, and shown without escapes`() throws {
    try Site.open(Self.files) { site in
      func learn(_ body: String, _ headers: [String]) throws -> String {
        let output = site.folder("output")
        let waiting = try Child(
          Site.levelwind,
          ["webhook", "handshake", "notion", "--for", "5m", "--config", site.configuration],
          log: site.folder("log/handshake.log"), output: output)
        defer { waiting.stop() }
        try until("the door is open") { site.folder.names(in: "state/handshakes") == ["notion"] }
        #expect(try site.post("/webhook/notion", Array(body.utf8), headers: headers).status == 200)
        #expect(waiting.wait() == 0)
        return site.folder.text("output")
      }
      let json = ["Content-Type: application/json"]
      let shown = try learn(#"{"verification_token":"\u001b]0;x\u0007\u202e"}"#, json)
      #expect(shown.hasSuffix(#": \u001b]0;x\u0007\u202e"# + "\n"))
      let list = try site.command("webhook", "secret", "list", "notion")
      let name = try #require(
        list.text.split(separator: " ").first { $0.contains("handshake-") }?
          .split(separator: "\n").last.map(String.init))
      #expect(list.text.contains("in use"))
      #expect(try site.command("webhook", "secret", "retire", "notion", name).status == 1)
      let retired = try site.command("webhook", "secret", "retire", "notion", name, "--yes")
      #expect(retired.status == 0, "\(retired.errors)")
      #expect(retired.text.contains("The responder has loaded the change."))
      #expect(try site.command("webhook", "secret", "list", "notion").text.contains("retired"))

      _ = try learn(#"{"verification_token":"brought-along"}"#, json)
      let body = Array(#"{"type":"page"}"#.utf8)
      func deliver() throws -> Int {
        let signed = try Tool.run(
          "openssl", ["dgst", "-sha256", "-hmac", "brought-along", "-r"], input: body)
        return try site.post(
          "/webhook/notion", body,
          headers: json + ["X-Notion-Signature: sha256=\(signed.text.prefix { $0 != " " })"]
        ).status
      }
      #expect(try deliver() == 200)
      let rows = try site.command("webhook", "secret", "list", "notion").text.split(separator: "\n")
      let new = try #require(
        rows.first { $0.contains("in use") }?.split(separator: " ").first.map(String.init))
      let removed = try site.command(
        "webhook", "secret", "retire", "notion", new, "--remove", "--yes")
      #expect(removed.status == 0, "\(removed.errors)")
      #expect(try deliver() == 401)
      #expect(site.folder.names(in: "state/secrets/notion/new").count == 1)
    }
  }

  @Test func `where none comes, the door closes, and where none could come, none opens`() throws {
    try Site.open(Self.files) { site in
      let late = try site.command("webhook", "handshake", "asana", "--for", "1s")
      #expect(late.status == 1)
      #expect(late.errors.contains("no handshake came in time"))
      #expect(site.folder.names(in: "state/handshakes") == [])
      #expect(try handshake("too-late", site).status == 503)
      #expect(try site.command("webhook", "handshake", "erp").status == 1)
      // A door that wasn't closed closes when its time is over.
      try site.folder.write("1000\n", to: "state/handshakes/asana")
      #expect(try handshake("too-late", site).status == 503)
    }
  }
}
