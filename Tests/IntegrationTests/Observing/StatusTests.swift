import Foundation
import Testing

@testable import Harness

/// `levelwind status` and `levelwind health`, and the file that they read.
@Suite(.showingLogs) struct StatusTests {
  private func status(_ site: Site) throws -> [String: Any] {
    let shown = try site.command("status", "--json")
    #expect(shown.status == 0)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(shown.output)) as? [String: Any])
  }

  private func file(_ site: Site) throws -> [String: Any] {
    try Site.members(of: site.folder("state/status/serve.json"))
  }

  private func seen(_ webhook: String, _ site: Site) throws -> [String: Any] {
    try #require((try file(site)["webhooks"] as? [String: [String: Any]])?[webhook])
  }

  /// Returns the text without the widths of columns and the run time.
  private static func narrow(_ text: String) -> String {
    text.replacing(#/ \d+ s ago/#, with: " 0 s ago").replacing(#/ +/#, with: " ")
  }

  @Test func `status shows webhooks, spools, and what is to be mended`() throws {
    try Site.open { site in
      #expect(try site.deliver().status == 200)
      #expect(try site.post("/webhook/both", [], headers: ["X-Webhook-Secret: no"]).status == 401)
      site.settle()
      try until("the spool is looked into") {
        try site.command("status").text.contains("  stock  1 ")
      }
      let well = try site.command("status")
      for words in [
        "Senders call https://localhost:\(site.port)/webhook/<identifier>", "All is well.",
        "erp active 0 s ago 1 0 0", "both active never 0 0 1 header 0 s ago", "stock 1 0 0 0",
        "through the write-ahead log",
      ] {
        #expect(Self.narrow(well.text).contains(words), "\(words)\n\(well.text)")
      }
      #expect(!well.text.contains(Sample.secret))

      try site.folder.write("", to: "spool/stock/failed/x.json")
      try site.folder.write("name: [\n", to: "etc/webhooks/both.yaml")
      #expect(try site.command("reload").status == 1)
      try until("the failed task is seen") {
        try site.command("status").text.contains("spool stock: 1 failed task")
      }
      let ill = try site.command("status")
      #expect(ill.text.contains("webhooks/both.yaml"))
      #expect(ill.text.contains("→ levelwind check; mend what it names; levelwind reload"))
      let json = try status(site)
      #expect((json["findings"] as? [Any])?.count == 2)
      #expect(json["is_running"] as? Bool == true)
      #expect((json["responder"] as? [String: Any])?["generation"] as? Int == 2)
    }
  }

  @Test func `health exits 0, 1 or 2 with one line`() throws {
    try Site.open { site in
      func health(_ options: String...) throws -> (status: Int32, line: String) {
        let result = try Tool.run(
          Site.levelwind, ["health", "--config", site.configuration] + options)
        #expect(result.text.split(separator: "\n").count == 1)
        return (result.status, result.text)
      }
      try until("the spools are looked into") { try health().status != 3 }
      let well = try health()
      #expect(well.status == 0)
      #expect(well.line.hasPrefix("LEVELWIND OK - "))
      try site.folder.write("", to: "spool/stock/failed/x.json")
      try until("it is a warning") { try health().status == 1 }
      #expect(try health().line.contains("WARNING - spool stock: 1 failed task"))
      #expect(try health("--failed", "2").status == 0)
      #expect(try health("--failed-critical", "1").status == 2)
      site.responder?.send(SIGKILL)
      _ = site.responder?.wait()
      let dead = try health()
      #expect(dead.status == 2)
      #expect(dead.line.contains("CRITICAL - the responder is not running"))
      try site.folder.write("stat: x\n", to: "etc/levelwind.yaml")
      #expect(try health().status == 2)
    }
    let folder = try Folder(named: "none")
    defer { folder.remove() }
    try folder.write("state: \(folder.path)/state\n", to: "etc/levelwind.yaml")
    let none = try Tool.run(
      Site.levelwind, ["health", "--config", folder("etc").path])
    #expect(none.status == 2)
  }

  @Test func `the status file survives SIGKILL, and is whole whenever it is read`() throws {
    try Site.open { site in
      var sent = 0
      for round in 1...5 {
        for _ in 1...round {
          #expect(try site.deliver().status == 200)
          sent += 1
        }
        let goal = sent
        try until("the delivery shows") {
          ((try seen("erp", site)["counts"] as? [String: Int])?["accepted"] ?? 0) >= goal
        }
        site.responder?.send(SIGKILL)
        _ = site.responder?.wait()
        #expect((try seen("erp", site)["counts"] as? [String: Int])?["accepted"] == sent)
        try site.start()
      }
      let secrets = try seen("erp", site)["secrets"] as? [String: [String: Any]]
      #expect(secrets?["erp"]?["count"] as? Int == sent)
      #expect(try seen("erp", site)["last_delivery"] != nil)
      let shown = try site.command("webhook", "show", "erp")
      #expect(shown.text.contains("\(sent) accepted since "))
      #expect(site.folder.names(in: "state/status") == ["check.key", "serve.json"])
      let mode = try FileManager.default.attributesOfItem(
        atPath: site.folder("state/status/serve.json").path)[.posixPermissions]
      #expect(mode as? Int == 0o640)
    }
  }

  @Test func `where nothing happens, the status file stays young all the same`() throws {
    try Site.open { site in
      try until("the spools are looked into") {
        (try file(site)["spools"] as? [String: Any])?.count == 2
      }
      let before = try #require(try file(site)["written"] as? String)
      // From an age of thirty seconds on, health takes the responder for one that hangs.
      try until("it is written anew", seconds: 25) {
        try file(site)["written"] as? String != before
      }
    }
  }

  @Test func `a webhook that is silent is told once, and when it is heard of again`() throws {
    var files = Sample.files
    files["webhooks/erp.yaml"] = Sample.webhook("expect_every: 2s\n")
    try Site.open(files) { site in
      func lines(_ message: String) throws -> [[String: Any]] {
        try site.log().filter { ($0["message"] as? String)?.contains(message) == true }
      }
      try until("the silence is logged") { try !lines("webhook is silent").isEmpty }
      #expect(try lines("webhook is silent").first?["webhook"] as? String == "erp")
      #expect(try site.command("health").status == 1)
      #expect(try site.command("health").text.contains("webhook erp (ERP Stock): no delivery for"))
      #expect(try site.get("/metrics").text.contains(#"levelwind_webhook_silent{webhook="erp"} 1"#))
      try until("another look came by") {
        try #require(file(site)["written"] as? String) > #require(file(site)["loaded"] as? String)
      }
      try until("it is heard of") {
        _ = try site.deliver()
        return try !lines("this is over").isEmpty
      }
      #expect(try lines("webhook is silent").count == 1)
    }
  }

  @Test func `a sender that is refused with 503 shows by name`() throws {
    try Site.open { site in
      let settings = site.folder.text("etc/levelwind.yaml")
      try site.folder.write(
        settings.replacing("min_free: 1MiB", with: "min_free: 1125899906842624"),
        to: "etc/levelwind.yaml")
      #expect(try site.command("reload").status == 0)
      #expect(try site.deliver().status == 503)
      try until("it shows") {
        try site.command("health", "--refused", "1s").text
          .contains("webhook erp (ERP Stock): its sender has been refused with 503 for")
      }
      try site.folder.write(settings, to: "etc/levelwind.yaml")
      #expect(try site.command("reload").status == 0)
      #expect(try site.deliver().status == 200)
      try until("it is over") { try site.command("health", "--refused", "1s").status == 0 }
    }
  }

  @Test func `drains show in status`() throws {
    try Site.open { site in
      #expect(try site.deliver().status == 200)
      site.settle()
      let drained = try Tool.run(
        Site.levelwind,
        ["task", "drain", "stock", "--config", site.configuration, "--", "sh", "-c", "exit 65"])
      #expect(drained.status == 1)
      let text = try site.command("status").text
      #expect(text.contains("drain-stock  ended "))
      let processes = try #require(try status(site)["processes"] as? [String: [String: Any]])
      let parts = processes["drain-stock"]?["parts"] as? [String: [String: Any]]
      #expect(parts?["stock"]?["failed"] as? Int == 1)
    }
  }
}
