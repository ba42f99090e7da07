import Foundation
import Testing

@testable import Harness

/// "Who sent what last Tuesday, and why were three refused?", answered by the manual's own
/// commands.
@Suite(.showingLogs) struct AuditorTests {
  private static let files = Sample.files.merging([
    "secrets/github": "It's a Secret to Everybody",
    "webhooks/github.yaml": """
    incoming: stock
    logging: true
    history: {for: 30d, bytes: 100MiB}
    pre_processors: [{type: sender, sender: github, secrets: [{secret: github}]}]

    """,
    "webhooks/erp.yaml": Sample.webhook("history: {for: 30d, bytes: 100MiB}"),
  ]) { $1 }

  /// What the manual says to run, a command a line, without the program's name.
  private static func commands() throws -> [[String]] {
    try Manual.commands(between: "auditor").map { line in
      line.split(separator: " ").dropFirst().map(String.init)
    }
  }

  /// Returns noon of the last Tuesday before today.
  private static func tuesday() throws -> String {
    let calendar = Calendar(identifier: .gregorian)
    let distance = (calendar.component(.weekday, from: Date()) - 3 + 7) % 7
    let day = try #require(
      calendar.date(byAdding: .day, value: distance == 0 ? -7 : -distance, to: Date()))
    let date = day.formatted(Date.ISO8601FormatStyle(timeZone: .current).year().month().day())
    return "\(date) 12:00:00"
  }

  private func github(_ site: Site, _ signature: String, id: String) throws -> Reply {
    try site.post(
      "/webhook/github", Array("Hello, World!".utf8),
      headers: ["X-Hub-Signature-256: sha256=\(signature)", "X-GitHub-Delivery: \(id)"])
  }

  @Test func `who sent what last Tuesday, and why were three refused`() throws {
    try Site.open(Self.files) { site in
      // Today's deliveries, which the auditor does not ask for.
      #expect(try site.deliver().status == 200)
      #expect(try site.post("/webhook/erp", []).status == 401)
      _ = try site.logged(2)
      site.stop()
      try site.start(clock: Self.tuesday())
      #expect(try github(site, Explained.signature, id: "d-1").status == 200)
      #expect(try github(site, Explained.signature, id: "d-2").status == 200)
      #expect(try site.deliver().status == 200)
      let refused = try [
        github(site, String(repeating: "0", count: 64), id: "d-3"),
        site.post("/webhook/erp", Array(#"{"a":1}"#.utf8), headers: ["X-Webhook-Secret: old"]),
        site.send("PUT", "/webhook/erp", Array("x".utf8), headers: Sample.genuine),
      ]
      #expect(refused.map(\.status) == [401, 401, 405])
      let ids = refused.compactMap { $0.json["delivery"] as? String }
      _ = try site.logged(8)
      site.stop()

      let commands = try Self.commands()
      try #require(commands.count == 3)
      let log = ["--file", site.folder("log/responder.log").path]
      let all = try run(site, commands[0] + log)
      #expect(all.count == 6, "\(all)")
      #expect(all.count { $0.contains(" accepted ") && $0.contains(" github ") } == 2)
      #expect(all.contains { $0.contains("secret github; sender's id d-1; 13 bytes") })
      #expect(all.contains { $0.contains(" accepted ") && $0.contains("secret erp") })
      let rows = try run(site, commands[1] + log)
      #expect(rows.count == 3)
      let reasons = [
        "sender: the signature in X-Hub-Signature-256 is not right",
        "header: header X-Webhook-Secret equals no secret", "method: PUT is not accepted",
      ]
      for (id, reason) in zip(ids, reasons) {
        #expect(rows.contains { $0.contains(id) && $0.contains(reason) }, "\(reason)")
        let page = try site.command(commands[2].dropLast() + [id])
        #expect(page.status == 0, "\(page.errors)")
        #expect(page.text.contains("delivery: \(id)\n"))
        #expect(page.text.contains("from: 127.0.0.1\n"))
        #expect(page.text.contains("refused by \(reason)"))
        #expect(page.text.contains(" HTTP/1.1\n"))
      }
    }
  }

  /// Returns the rows of a table.
  private func run(_ site: Site, _ arguments: [String]) throws -> [String] {
    let said = try site.command(arguments)
    #expect(said.status == 0, "\(said.errors)")
    return said.text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("20") }
  }
}
