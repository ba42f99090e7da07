import Foundation
import Testing

@testable import Harness

/// Refused deliveries that are kept, and accepted once the fault is mended.
@Suite(.showingLogs) struct RefusedTests {
  private static let files = Sample.files.merging([
    "secrets/github": "not the secret that GitHub has",
    "webhooks/github.yaml": """
    incoming: stock
    keep_refused: {count: 10}
    pre_processors:
      - {type: sender, sender: github, secrets: [{secret: github}]}
      - {type: replay}

    """,
    "webhooks/erp.yaml": Sample.webhook("keep_refused: {}"),
  ]) { $1 }

  /// Sends GitHub's published example.
  private func send(_ site: Site, id: String = "72d3162e") throws -> Reply {
    try site.post(
      "/webhook/github", Array("Hello, World!".utf8),
      headers: [
        "X-Hub-Signature-256: sha256=\(Explained.signature)", "X-GitHub-Delivery: \(id)",
        "Content-Type: text/plain", "Authorization: Bearer not-to-be-kept",
      ])
  }

  private func kept(_ site: Site, _ count: Int) throws -> [[String: Any]] {
    var kept: [[String: Any]] = []
    try until("\(count) are kept") {
      let said = try site.command("refused", "list", "--json")
      #expect(said.status == 0, "\(said.errors)")
      kept = try said.text.split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      return kept.count == count
    }
    return kept
  }

  private func mend(_ site: Site) throws {
    try site.folder.write("It's a Secret to Everybody", to: "etc/secrets/github")
    #expect(try site.command("reload").status == 0)
  }

  @Test func `one that has no room is not kept, and counted in metrics and status`() throws {
    let files = ["webhooks/small.yaml": Sample.webhook("keep_refused: {bytes: 1KiB}")]
    try Site.open(Self.files.merging(files) { $1 }) { site in
      let large = try site.post("/webhook/small", [UInt8](repeating: 97, count: 4096))
      #expect(large.status == 401)
      try until("it is in the metrics") {
        try site.get("/metrics").text.contains("levelwind_refused_not_kept_total 1\n")
      }
      try until("it is in status") {
        try site.command("status").text.contains("Refused deliveries not kept")
      }
      #expect(try kept(site, 0).isEmpty)
    }
  }

  @Test func `one is let in after the secret was mended, beside a running responder`() throws {
    try Site.open(Self.files) { site in
      let refused = try send(site)
      #expect(refused.status == 401)
      let id = try #require(refused.json["delivery"] as? String)
      let verdict = try kept(site, 1)[0]
      #expect(verdict["delivery"] as? String == id)
      #expect(verdict["check"] as? String == "sender")
      let page = try site.command("refused", "show", id)
      #expect(page.status == 0)
      for words in [
        "delivery: \(id)", "refused by: sender", "because: the signature in X-Hub-Signature-256",
        "not kept, since it is a secret: header authorization", "POST /webhook/github HTTP/1.1",
        "x-github-delivery: 72d3162e", "\n\nHello, World!",
      ] { #expect(page.text.contains(words), "\(page.text)") }
      #expect(!page.text.contains("not-to-be-kept"))
      let raw = try site.command("refused", "show", id, "--raw")
      let explained = try Tool.run(
        Site.levelwind, ["explain", "github", "--config", site.configuration], input: raw.output)
      #expect(explained.status == 1)
      #expect(explained.text.contains("is not right for any key"))

      let still = try site.command("refused", "accept", id)
      #expect(still.status == 1)
      #expect(still.text.hasPrefix("stays refused: sender: the signature"))
      #expect(site.tasks().isEmpty)

      try mend(site)
      let accepted = try site.command("refused", "accept", String(id.prefix(30)))
      #expect(accepted.status == 0, "\(accepted.text)\(accepted.errors)")
      #expect(accepted.text.hasPrefix("accepted, with 1 task\nstock: "))
      let task = try site.onlyTask()
      #expect(task["delivery"] as? String == id)
      #expect(task["senderdelivery"] as? String == "72d3162e")
      #expect(task["time"] as? String == verdict["time"] as? String)
      let data = try #require(task["data"] as? [String: Any])
      #expect(data["body"] as? String == "Hello, World!")
      #expect(data["remote"] as? String == "127.0.0.1")
      #expect(try kept(site, 0).isEmpty)
      let again = try site.command("refused", "accept", id)
      #expect(again.status == 1)
      #expect(again.errors.contains("no refused delivery"))

      // The delivery is known as accepted at once, and after the next start.
      #expect(try send(site).json["id"] as? String == id)
      site.stop()
      try site.start()
      #expect(try send(site).json["id"] as? String == id)
      #expect(site.tasks().count == 1)
    }
  }

  @Test func `one that was let in half way is let in again, without a second task`() throws {
    try Site.open(Self.files) { site in
      #expect(try send(site).status == 401)
      let id = try #require(try kept(site, 1)[0]["delivery"] as? String)
      try mend(site)
      let stored = site.folder("state/refused/github")
      let copies = try site.folder.names(in: "state/refused/github").map { name in
        (name, try Data(contentsOf: stored.appending(path: name)))
      }
      func restore() throws {
        for (name, data) in copies { try data.write(to: stored.appending(path: name)) }
        let keys = site.folder("state/replay/github/new")
        for name in site.folder.names(in: "state/replay/github/new") {
          try FileManager.default.removeItem(at: keys.appending(path: name))
        }
      }
      #expect(try site.command("refused", "accept", id).status == 0)
      let task = try #require(site.tasks().first)
      // The command was killed before it removed the delivery, and, in the second case, an importer
      // has claimed the task.
      try restore()
      #expect(try site.command("refused", "accept", id).status == 0)
      #expect(site.tasks() == [task])
      let claim = site.folder("spool/stock/cur/\(task.lastPathComponent).drain")
      try FileManager.default.moveItem(at: task, to: claim)
      try restore()
      let again = try site.command("refused", "accept", id)
      #expect(again.status == 0, "\(again.errors)")
      #expect(site.tasks() == [])
      // Another process holds the delivery.
      try restore()
      let verdict = open(stored.appending(path: "\(id).json").path, O_RDONLY)
      defer { close(verdict) }
      #expect(flock(verdict, LOCK_EX | LOCK_NB) == 0)
      let second = try site.command("refused", "accept", id)
      #expect(second.status == 75)
      #expect(second.errors.contains("another levelwind refused accept"))
    }
  }

  @Test func `what its sender brought again meanwhile makes no second task`() throws {
    try Site.open(Self.files) { site in
      #expect(try send(site).status == 401)
      _ = try kept(site, 1)
      try mend(site)
      let retried = try send(site)
      #expect(retried.status == 200)
      site.settle()
      try until("the key is kept") {
        !site.folder.names(in: "state/replay/github/new").isEmpty
      }
      let id = try #require(try kept(site, 1)[0]["delivery"] as? String)
      let said = try site.command("refused", "accept", id)
      #expect(said.status == 0)
      #expect(
        said.text
          == "a copy of this delivery was accepted before, as "
          + "\(retried.json["id"] as? String ?? ""); no task\n"
      )
      #expect(site.tasks().count == 1)
      #expect(try kept(site, 0).isEmpty)
    }
  }

  @Test func `what a secret header would verify stays refused, and says why`() throws {
    try Site.open(Self.files) { site in
      let body = Array(#"{"a":1}"#.utf8)
      #expect(try site.post("/webhook/erp", body, headers: ["X-Webhook-Secret: new"]).status == 401)
      let id = try #require(try kept(site, 1)[0]["delivery"] as? String)
      try site.folder.write("new", to: "etc/secrets/erp")
      let said = try site.command("refused", "accept", id)
      #expect(said.status == 1)
      #expect(said.text.contains("what carried a secret was not kept (header x-webhook-secret)"))
      #expect(try site.command("refused", "accept", id, "--json").status == 1)
      #expect(try kept(site, 1).count == 1)
      #expect(site.tasks().isEmpty)
      let found = try Tool.run("grep", ["-rl", "Secret: new", site.folder("state").path])
      #expect(found.text == "")
    }
  }

  @Test func `it is let in without a responder, too`() throws {
    try Site.open(Self.files) { site in
      #expect(try send(site).status == 401)
      let id = try #require(try kept(site, 1)[0]["delivery"] as? String)
      site.stop()
      try site.folder.write("It's a Secret to Everybody", to: "etc/secrets/github")
      #expect(try site.command("refused", "accept", id).status == 0)
      #expect(site.tasks().count == 1)
    }
  }
}
