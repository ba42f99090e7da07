import Foundation
import Testing

@testable import Harness

/// The stories of the README about deliveries that come back.
@Suite(.showingLogs) struct HistoryStoryTests {
  private static let files = Sample.files.merging([
    "secrets/github": "not the secret that GitHub has",
    "webhooks/github.yaml": """
    incoming: stock
    history: {}
    pre_processors:
      - {type: sender, sender: github, secrets: [{secret: github}]}
      - {type: replay}

    """,
    "webhooks/erp.yaml": Sample.webhook("history: {for: 30d, bytes: 100MiB}"),
    "incoming/stock.yaml": "filter: (try .data.body.kind catch null) != \"test\"\n",
  ]) { $1 }

  /// Sends GitHub's published example.
  private func github(_ site: Site, id: String = "72d3162e") throws -> Reply {
    try site.post(
      "/webhook/github", Array("Hello, World!".utf8),
      headers: [
        "X-Hub-Signature-256: sha256=\(Explained.signature)", "X-GitHub-Delivery: \(id)",
        "Content-Type: text/plain", "Authorization: Bearer not-to-be-kept",
      ])
  }

  private func deliver(_ site: Site, _ body: String, _ secret: String = Sample.secret) throws
    -> Reply
  {
    try site.post(
      "/webhook/erp", Array(body.utf8),
      headers: ["X-Webhook-Secret: \(secret)", "Content-Type: application/json"])
  }

  /// Returns the deliveries that `delivery list` finds, once there are so many.
  private func list(_ site: Site, _ count: Int, _ arguments: String...) throws -> [[String: Any]] {
    var found: [[String: Any]] = []
    try until("\(count) are found") {
      let said = try site.command(["delivery", "list", "--json", "--time", "1m"] + arguments)
      #expect(said.status == 0, "\(said.errors)")
      found = try said.text.split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      return found.count == count
    }
    return found
  }

  private func again(_ site: Site, _ arguments: String...) throws -> Tool.Result {
    try site.command(["delivery", "again"] + arguments)
  }

  private func drain(_ site: Site, _ command: String...) throws -> Tool.Result {
    try Tool.run(
      Site.levelwind, ["task", "drain", "stock", "--config", site.configuration, "--"] + command)
  }

  @Test func `a filter was wrong since Tuesday`() throws {
    try Site.open(Self.files) { site in
      try site.folder.write(
        "filter: '.data.body.kind == \"ordr\"'\n", to: "etc/incoming/stock.yaml")
      #expect(try site.command("reload").status == 0)
      for number in 1...3 {
        #expect(
          try deliver(site, #"{"kind":"order","number":\#(number)}"#).json["tasks"] as? Int == 0)
      }
      #expect(try list(site, 3, "erp", "--verdict", "unwanted").count == 3)
      try site.folder.write(
        "filter: '.data.body.kind == \"order\"'\n", to: "etc/incoming/stock.yaml")
      #expect(try site.command("reload").status == 0)
      let plan = try again(site, "erp", "--verdict", "unwanted", "--to", "stock", "--dry-run")
      #expect(
        plan.text.hasPrefix("3 deliveries to bring back:\n  3 tasks for stock\n"), "\(plan.text)")
      #expect(plan.text.contains("verified by a secret that the history doesn't keep"))
      #expect(site.tasks().isEmpty)
      let asked = try again(site, "erp", "--verdict", "unwanted", "--to", "stock")
      #expect(asked.status == 64 && asked.errors.contains("--yes"))
      let done = try again(site, "erp", "--verdict", "unwanted", "--to", "stock", "--yes")
      #expect(done.status == 0, "\(done.errors)")
      #expect(done.text.hasSuffix("3 deliveries brought back, with 3 tasks\n"))
      #expect(site.tasks().count == 3)
      // A second time brings none back.
      let second = try again(site, "erp", "--verdict", "unwanted", "--to", "stock", "--yes")
      #expect(second.status == 1 && second.text.contains("3 left out: brought back before"))
      #expect(site.tasks().count == 3)
    }
  }

  @Test func `a secret was wrong`() throws {
    try Site.open(Self.files) { site in
      let refused = try github(site)
      #expect(refused.status == 401)
      let id = try #require(refused.json["delivery"] as? String)
      let entry = try list(site, 1, "github")[0]
      #expect(entry["id"] as? String == id && entry["verdict"] as? String == "refused")
      #expect(entry["check"] as? String == "sender" && entry["status"] as? Int == 401)
      let page = try site.command("delivery", "show", id)
      for words in [
        "delivery: \(id)", "refused by sender: the signature in X-Hub-Signature-256",
        "not kept, since it is a secret: header authorization", "POST /webhook/github HTTP/1.1",
        "x-github-delivery: 72d3162e", "\n\nHello, World!",
      ] { #expect(page.text.contains(words), "\(page.text)") }
      let raw = try site.command("delivery", "raw", id)
      let explained = try Tool.run(
        Site.levelwind, ["explain", "github", "--config", site.configuration], input: raw.output)
      #expect(explained.text.contains("is not right for any key"))
      let still = try again(site, id, "--yes")
      #expect(
        still.status == 1 && still.text.contains("1 refused, as \(id): sender: the signature"))
      #expect(site.tasks().isEmpty)

      try site.folder.write("It's a Secret to Everybody", to: "etc/secrets/github")
      #expect(try site.command("reload").status == 0)
      let accepted = try again(site, String(id.prefix(30)), "--yes", "--json")
      #expect(accepted.status == 0, "\(accepted.text)\(accepted.errors)")
      let task = try site.onlyTask()
      #expect(task["delivery"] as? String == id)
      #expect(task["senderdelivery"] as? String == "72d3162e")
      #expect(task["time"] as? String == entry["time"] as? String)
      // The delivery is known as accepted at once, and after the next start.
      #expect(try github(site).json["id"] as? String == id)
      site.stop()
      try site.start()
      #expect(try github(site).json["id"] as? String == id)
      #expect(site.tasks().count == 1)
      #expect(try site.command("delivery", "show", id).text.contains("\nbrought back: 20"))
    }
  }

  @Test func `what its sender brought again meanwhile makes no second task`() throws {
    try Site.open(Self.files) { site in
      #expect(try github(site).status == 401)
      let refused = try list(site, 1, "github")[0]
      try site.folder.write("It's a Secret to Everybody", to: "etc/secrets/github")
      #expect(try site.command("reload").status == 0)
      #expect(try github(site).status == 200)
      site.settle()
      try until("the key is kept") {
        !site.folder.names(in: "state/replay/github/new").isEmpty
      }
      let said = try again(site, refused["id"] as? String ?? "", "--yes")
      #expect(said.status == 1)
      #expect(said.text.contains("1 left out: a copy was accepted under another id"))
      #expect(site.tasks().count == 1)
    }
  }

  @Test func `an importer deleted too early`() throws {
    try Site.open(Self.files) { site in
      #expect(try deliver(site, #"{"order":4711}"#).status == 200)
      #expect(try deliver(site, #"{"order":4712}"#).status == 200)
      site.settle()
      for task in site.tasks() { try FileManager.default.removeItem(at: task) }
      let entry = try list(site, 1, "erp", "--text", "4711")[0]
      let id = try #require(entry["id"] as? String)
      let tasks = try #require(entry["tasks"] as? [String])
      for wanted in [id, tasks[0]] {
        // The status says for up to two seconds that the task is in the log alone.
        try until("it was taken out") {
          try site.command("delivery", "show", wanted).text.contains(
            "task \(tasks[0]) in stock: taken out by its importer, not later than")
        }
      }
      #expect(try again(site, id, "--to", "stock", "--yes").status == 0)
      #expect(site.tasks().map { $0.deletingPathExtension().lastPathComponent } == tasks)
      #expect(try site.command("delivery", "show", id).text.contains("waits for an importer"))
      let told = site.folder("told").path
      let drained = try drain(
        site, "sh", "-c",
        "\(Site.levelwind) delivery show \(id) --config \(site.configuration) >\(told)")
      #expect(site.folder.text("told").contains("in stock: claimed by a drain, process "))
      #expect(drained.status == 0, "\(drained.errors)")
      #expect(try site.command("delivery", "show", id).text.contains(": done at 20"))
    }
  }

  @Test func `GitHub met a full disk, and its events are let in afterwards`() throws {
    var files = Self.files
    files["secrets/github"] = "It's a Secret to Everybody"
    files["incoming/stock.yaml"] = "limits: {tasks: 1, bytes: 10GiB, when_full: refuse}\n"
    try Site.open(files) { site in
      #expect(try github(site, id: "one").status == 200)
      site.settle()
      #expect(try github(site, id: "two").status == 503)
      let entry = try list(site, 1, "github", "--verdict", "unavailable")[0]
      #expect(entry["check"] as? String == "limits")
      #expect(entry["senderdelivery"] as? String == "two")
      try FileManager.default.removeItem(at: try #require(site.tasks().first))
      let said = try again(site, "github", "--verdict", "unavailable", "--since", "1h", "--yes")
      #expect(said.status == 0, "\(said.text)\(said.errors)")
      #expect(try site.onlyTask()["senderdelivery"] as? String == "two")
    }
  }

  @Test func `a laptop that slept gets what came meanwhile, each once`() throws {
    try Site.open(Self.files) { site in
      let cursor = site.folder("cursor").path
      func wake() throws {
        let place = site.folder.text("cursor").trimmingCharacters(in: .whitespacesAndNewlines)
        let followed = try site.command(
          "delivery", "follow", "erp", "--after", place.isEmpty ? "0" : place, "--once", "--json")
        #expect(followed.status == 0, "\(followed.errors)")
        // The webhook open takes the place of the laptop's program.
        let sent = try Tool.run(
          Site.levelwind,
          [
            "delivery", "send", "-", "--to", "https://localhost:\(site.port)/webhook/open",
            "--cursor", cursor, "--ca-file", site.folder("tls/fullchain.pem").path,
          ], input: followed.output)
        #expect(sent.status == 0, "\(sent.errors)")
      }
      for numbers in [1...3, 4...4, 5...6] {
        for number in numbers { #expect(try deliver(site, #"{"n":\#(number)}"#).status == 200) }
        _ = try list(site, numbers.upperBound, "erp")
        try wake()
      }
      try wake()
      site.settle()
      let bodies = try site.tasks().compactMap { task -> Int? in
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: task)) as? [String: Any]
        guard json?["webhook"] as? String == "open" else { return nil }
        let data = json?["data"] as? [String: Any]
        return (data?["body"] as? [String: Any])?["n"] as? Int
      }
      #expect(bodies == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func `what is sent elsewhere can be signed anew, also without a configuration`() throws {
    var files = Self.files
    files["secrets/github"] = "It's a Secret to Everybody"
    files["webhooks/copy.yaml"] = """
      incoming: audit
      pre_processors: [{type: sender, sender: github, secrets: [{literal: another-secret}]}]

      """
    try Site.open(files) { site in
      #expect(try github(site).status == 200)
      let id = try #require(try list(site, 1, "github")[0]["id"] as? String)
      let secret = try site.folder.write("another-secret\n", to: "secret").path
      func send(_ arguments: String...) throws -> Tool.Result {
        try site.command(
          [
            "delivery", "send", id, "--to", "https://localhost:\(site.port)/webhook/copy",
            "--ca-file",
            site.folder("tls/fullchain.pem").path,
          ] + arguments)
      }
      // The old signature is of another secret.
      let unsigned = try send()
      #expect(
        unsigned.status == 1 && unsigned.errors.contains("answered 401"), "\(unsigned.errors)")
      #expect(try send("--sign").status == 1)
      let signed = try send("--sign", "--secret-file", secret)
      #expect(signed.status == 0, "\(signed.errors)")
      let alone = try send("--sign", "--secret-file", secret, "--sender", "github")
      #expect(alone.status == 0, "\(alone.errors)")
      #expect(try send("--sender", "github").status == 64)
      site.settle()
      #expect(site.folder.names(in: "spool/audit/new").count == 2)
    }
  }

  @Test func `each kind of outcome is kept once, and filters find it`() throws {
    try Site.open(Self.files) { site in
      #expect(try deliver(site, #"{"order":"A-1"}"#).status == 200)
      #expect(try deliver(site, #"{"kind":"test"}"#).status == 200)
      #expect(try deliver(site, "{}", "wrong").status == 401)
      #expect(try site.send("PUT", "/webhook/erp", Array("x".utf8), headers: []).status == 405)
      let all = try list(site, 4, "erp")
      #expect(
        all.compactMap { $0["verdict"] as? String } == [
          "refused", "refused", "unwanted", "accepted",
        ])
      #expect(Set(all.compactMap { $0["id"] as? String }).count == 4)
      for (arguments, count) in [
        (["--status", "405"], 1), (["--check", "header"], 1), (["--remote", "127.0.0.1"], 4),
        (["--header", "content-type=application/json"], 3),
        (["--where", ".body.order == \"A-1\""], 1),
        (["--where", ".status == 200"], 2), (["--text", "a-1"], 1), (["--since", "1h"], 4),
        (["--until", "yesterday"], 0), (["--on", "today"], 4), (["--limit", "2"], 2),
        (["--verdict", "unwanted", "--verdict", "accepted"], 2),
      ] {
        let said = try site.command(["delivery", "list", "erp", "--json"] + arguments)
        #expect(said.text.split(separator: "\n").count == count, "\(arguments): \(said.errors)")
      }
      let first = try site.command("delivery", "list", "--limit", "3")
      #expect(first.errors.contains("there may be more: --before "))
      let cursor = try #require(first.errors.split(separator: " ").last).trimmingCharacters(
        in: .newlines)
      let second = try site.command("delivery", "list", "--json", "--before", cursor)
      #expect(second.text.split(separator: "\n").count == 1)
      for wrong in [
        ["--where", ".a ="], ["--text", "--"], ["--verdict", "lost"], ["--on", "never"],
      ] {
        #expect(try site.command(["delivery", "list"] + wrong).status == 64, "\(wrong)")
      }
      let nothing = try site.command("delivery", "list", "open")
      #expect(nothing.status == 0 && nothing.errors.contains("the history has nothing of open"))
    }
  }

  @Test func `a delivery is erased from the history, done and failed`() throws {
    try Site.open(Self.files) { site in
      for name in ["jane", "john"] {
        #expect(try deliver(site, #"{"mail":"\#(name)@example.org"}"#).status == 200)
      }
      _ = try list(site, 2, "erp")
      site.settle()
      let failed = try drain(site, "sh", "-c", "exit 65")
      #expect(failed.status == 1, "\(failed.errors)")
      let plan = try site.command(
        "delivery", "erase", "erp", "--text", "jane@example.org", "--dry-run")
      #expect(
        plan.text.contains("  1 in the history") && plan.text.contains("  1 in done/ and failed/"))
      #expect(try site.command("delivery", "erase", "erp", "--yes").status == 64)
      let erased = try site.command(
        "delivery", "erase", "erp", "--text", "jane@example.org", "--yes", "--json")
      #expect(erased.text == "{\"entries\":1,\"tasks\":1,\"records\":0,\"waiting\":0}\n")
      for folder in ["state", "spool"] {
        func found(_ word: String) throws -> String {
          try Tool.run(
            "grep", ["-rl", "--exclude-dir=wal", word, site.folder(folder).path]
          ).text
        }
        #expect(try found("jane@") == "" && found("john@") != "")
      }
      // Deliveries go on in the part that was changed.
      #expect(try deliver(site, #"{"mail":"jim@example.org"}"#).status == 200)
      _ = try list(site, 1, "erp", "--text", "jim@example.org")
      // A task that is still to be worked on stays.
      site.settle()
      let waiting = try site.command(
        "delivery", "erase", "erp", "--text", "jim@example.org", "--yes", "--json")
      #expect(waiting.text == "{\"entries\":1,\"tasks\":0,\"records\":0,\"waiting\":1}\n")
      #expect(site.tasks().count == 1)
    }
  }

  @Test func `no secret is in the store`() throws {
    let marker = "marker-4f1c-planted"
    var files = Self.files
    files["webhooks/token.yaml"] = """
      incoming: stock
      history: {}
      pre_processors:
        - type: any_of
          of:
            - {type: header, name: X-Key, secrets: [{literal: \(marker)-a}]}
            - {type: query_token, parameter: key, secrets: [{literal: \(marker)-b}]}
            - {type: basic_auth, secrets: [{literal: 'user:\(marker)-c'}]}

      """
    try Site.open(files) { site in
      let token = Data("user:\(marker)-c".utf8).base64EncodedString()
      for (path, headers) in [
        ("", ["X-Key: \(marker)-a", "Cookie: \(marker)-d"]), ("?key=\(marker)-b&a=1", []),
        ("", ["Authorization: Basic \(token)"]), ("", ["X-Key: \(marker)-wrong"]),
        ("?key=\(marker)-old", ["Proxy-Authorization: \(marker)-e"]),
      ] {
        let reply = try site.post("/webhook/token\(path)", Array("{}".utf8), headers: headers)
        #expect([200, 401].contains(reply.status), "\(reply.text)")
      }
      _ = try list(site, 5, "token")
      for planted in [marker, token] {
        #expect(
          try Tool.run("grep", ["-rl", planted, site.folder("state/history").path]).text == "")
      }
    }
  }
}
