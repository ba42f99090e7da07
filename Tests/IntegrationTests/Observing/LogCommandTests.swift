import Foundation
import Testing

@testable import Harness

/// `levelwind log`, over a responder's standard error.
@Suite(.showingLogs) struct LogCommandTests {
  private func log(_ site: Site, _ arguments: String...) throws -> Tool.Result {
    try Tool.run(
      "env",
      ["TZ=Asia/Kathmandu", Site.levelwind, "log", "--config", site.configuration]
        + ["--file", site.folder("log/responder.log").path] + arguments)
  }

  private func rows(_ site: Site, _ arguments: String...) throws -> [String] {
    try rows(site, arguments)
  }

  private func rows(_ site: Site, _ arguments: [String]) throws -> [String] {
    let said = try Tool.run(
      "env",
      ["TZ=Asia/Kathmandu", Site.levelwind, "log", "--config", site.configuration]
        + ["--file", site.folder("log/responder.log").path] + arguments)
    #expect(said.status == 0, "\(said.errors)")
    return said.text.split(separator: "\n").map(String.init).filter { $0.contains("+05:45") }
  }

  @Test func `deliveries are found by webhook, verdict, moment and id`() throws {
    try Site.open(LogTests.files) { site in
      let first = try site.deliver(headers: ["X-Delivery: d-17"])
      let id = try #require(first.json["id"] as? String)
      #expect(try site.post("/webhook/quiet", []).status == 401)
      #expect(try site.post("/webhook/erp", []).status == 401)
      _ = try site.logged(3)
      let all = try log(site)
      #expect(all.text.hasPrefix("TIME "))
      #expect(all.text.hasSuffix("/var/log/nginx/levelwind.log\n"))
      #expect(try rows(site).count == 3)
      #expect(try rows(site, "quiet").count == 1)
      #expect(try rows(site, "--refused").count == 2)
      #expect(try rows(site, "erp", "--refused", "--since", "1h").count == 1)
      #expect(try rows(site, "--until", "1h ago").isEmpty)
      #expect(try rows(site, "--on", "today").count + rows(site, "--on", "yesterday").count == 3)
      for wanted in [id, String(id.prefix(23)), "d-17"] {
        let found = try rows(site, "--delivery", wanted)
        #expect(found.count == 1)
        #expect(found.first?.contains(id) == true)
        #expect(found.first?.contains("1 task; secret autumn; sender's id d-17") == true)
      }
      let json = try log(site, "--json", "--delivery", id).text.split(separator: "\n")
      try #require(json.count == 1)
      let entry = try JSONSerialization.jsonObject(with: Data(json[0].utf8)) as? [String: Any]
      #expect(entry?["webhook"] as? String == "erp")
      #expect(entry?["status"] as? Int == 200)
      #expect((entry?["tasks"] as? [String])?.count == 1)
    }
  }

  @Test
  func `a 404 is found by the id that its sender was told, and by the webhook that was meant`()
    throws
  {
    try Site.open(LogTests.files) { site in
      let reply = try site.post("/webhook/quite", Array("x".utf8))
      #expect(reply.status == 404)
      let id = try #require(reply.json["delivery"] as? String)
      _ = try site.logged(1)
      for options in [["--delivery", id], ["quiet"], ["--refused"]] {
        let found = try rows(site, options)
        try #require(found.count == 1, "\(options)")
        #expect(found[0].contains(id))
        #expect(found[0].contains("/webhook/quite (did you mean quiet?)"))
      }
      #expect(try rows(site, "erp").isEmpty)
    }
  }

  @Test func `an empty table says why it is empty`() throws {
    try Site.open(LogTests.files) { site in
      #expect(try site.post("/webhook/quiet", [], headers: Sample.genuine).status == 200)
      let quiet = try log(site, "quiet")
      #expect(quiet.status == 0)
      #expect(quiet.errors.contains("accepted deliveries of quiet are not logged"))
      #expect(try log(site, "quiet", "--refused").errors == "")
      let all = try log(site)
      #expect(all.errors.contains("accepted deliveries of quiet are not logged"), "\(all.errors)")
      #expect(try log(site, "--refused").errors == "")
      #expect(try log(site, "erp").errors == "")
      let none = try log(site, "quite")
      #expect(none.status == 1)
      #expect(none.errors.contains("there is no webhook quite"))
      #expect(none.errors.contains("(did you mean quiet?)"))
      // The mistake is reported before the command would wait for entries.
      #expect(try log(site, "quite", "--follow").status == 1)
    }
  }

  @Test func `standard input is read, and lines that aren't entries are passed over`() throws {
    let lines = """
      something else
      {"time":"2026-11-24T08:00:00Z","message":"started"}
      {"time":"2026-11-24T08:00:00Z","message":"m","webhook":"a","delivery":"d","verdict":"refused"}

      """
    let said = try Tool.run(Site.levelwind, ["log", "--file", "-"], input: Array(lines.utf8))
    #expect(said.status == 0)
    #expect(said.text.split(separator: "\n").count { $0.hasPrefix("2026-11-24 ") } == 1)
  }

  @Test(arguments: [
    ["--since", "soon"], ["--on", "2h"], ["--on", "today", "--since", "1h"], ["A/B"],
  ])
  func `what can't be meant is wrong usage`(arguments: [String]) throws {
    #expect(try Tool.run(Site.levelwind, ["log", "--file", "-"] + arguments).status == 64)
    #expect(try Tool.run(Site.levelwind, ["log", "--file", "/nowhere/at/all"]).status == 1)
  }

  @Test func `what comes is shown as it comes`() throws {
    try Site.open(LogTests.files) { site in
      #expect(try site.deliver(headers: ["X-Delivery: before"]).status == 200)
      _ = try site.logged(1)
      let child = try Child(
        Site.levelwind,
        ["log", "--follow", "--since", "1h", "--file", site.folder("log/responder.log").path],
        log: site.folder("log/levelwind.log"))
      defer { child.stop() }
      try until("it shows what is there") {
        site.folder.text("log/levelwind.log").contains("sender's id before")
      }
      #expect(try site.deliver(headers: ["X-Delivery: after"]).status == 200)
      try until("it shows what comes") {
        site.folder.text("log/levelwind.log").contains("sender's id after")
      }
    }
  }

  @Test func `one delivery is one entry, whatever is in it, and terminals stay clean`() throws {
    var files = LogTests.files
    files["webhooks/erp.yaml"]?.replace(
      "logging: true",
      with: "logging: {headers: true, body: 64KiB}\nhistory: {}")
    try Site.open(files) { site in
      let long = String(repeating: "\u{1b}[1m", count: 1500)
      for value in LogTests.forgeries.map(\.value) + [long, "\u{ff}\u{fe}"] {
        for secret in [Sample.secret, "wrong"] {
          let reply = try site.post(
            "/webhook/erp?q=%0a&x=\u{202e}", Array("{\"a\":\"\(value)\"".utf8) + [0xff, 0, 10],
            headers: [
              "X-Webhook-Secret: \(secret)", "X-Delivery: \(value)", "X-Other: \(value)",
              "Content-Type: \(value)", "User-Agent: \(value)",
            ])
          #expect([200, 400, 401].contains(reply.status))
        }
      }
      _ = try site.send("FORGED", "/webhook/erp?a=%0a%1b", headers: Sample.genuine)
      site.stop()
      let entries = try site.log().filter { $0["delivery"] != nil }
      let ids = Set(entries.compactMap { $0["delivery"] as? String })
      #expect(entries.count == ids.count && ids.count > 10)
      let shown = try [
        log(site), log(site, "--json"), log(site, "--refused"), site.command("delivery", "list"),
        site.command("delivery", "list", "--json"),
      ]
      #expect(shown[4].text.split(separator: "\n").count == ids.count)
      let pages = try ids.map { try site.command("delivery", "show", $0) }
      for said in shown + pages {
        #expect(said.status == 0, "\(said.errors)")
        let unsafe = said.text.unicodeScalars.filter { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
          default: false
          }
        }
        // A tab in a request is shown as it is.
        #expect(unsafe.filter { $0 != "\t" }.count == 0)
      }
      #expect(try rows(site).count == entries.count)
    }
  }
}
