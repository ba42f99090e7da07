import Foundation
import Testing

@testable import Harness

/// What the README and the manual show to be run, and no story of its own runs.
@Suite(.showingLogs) struct ManualTests {
  private static let files = Sample.files.merging([
    "secrets/erp-stock": Sample.secret + "\n",
    "incoming/orders.yaml": "name: Orders\n",
    "incoming/stock-updates.yaml": "name: Stock updates\n",
    "webhooks/erp-stock.yaml": Sample.webhook(),
  ]) { $1 }

  @Test func `the program takes every command that a page shows`() throws {
    try Site.open(Self.files) { site in
      for name in ["request.http", "order.http", "command.sh"] {
        try site.folder.write("POST /webhook/erp-stock HTTP/1.1\n\n", to: name)
      }
      var seen: Set<String> = []
      for page in try Manual.pages() {
        for block in Manual.blocks(of: page.text) where block.kind == "sh" {
          for line in Manual.commands(in: block.text) where seen.insert(line).inserted {
            let said = try Manual.run(
              line, in: site.folder, configuration: site.configuration, seconds: 3)
            // Done, something is wrong, nothing to do; or it would go on.
            let health: [Int32] = line.hasPrefix("levelwind health") ? [2, 3] : []
            let statuses = [0, 1, 75, 124] + health
            let isTaken =
              said.errors.contains("no terminal for the question")
              || statuses.contains(said.status) && !said.errors.contains("Usage: ")
            #expect(isTaken, "\(page.name): \(line): \(said.status) \(said.errors)")
          }
        }
      }
      #expect(seen.count > 40)
    }
  }

  @Test func `a webhook is paused, as the manual says`() throws {
    try Site.open(Self.files) { site in
      func status() throws -> Int {
        try site.post("/webhook/erp-stock", [1], headers: Sample.genuine).status
      }
      let commands = try Manual.commands(between: "pausing")
      try #require(commands.count == 3)
      for (command, expected) in zip(commands, [200, 503, 200]) {
        let said = try Manual.run(command, in: site.folder, configuration: site.configuration)
        #expect(said.status == 0, "\(command): \(said.errors)")
        #expect(try status() == expected, "\(command)")
      }
    }
  }

  @Test func `a script claims a task and ends the claim, as the manual says`() throws {
    let script = try #require(try Manual.blocks(between: "claims").first)
    try ImporterSite.open(["stock-updates"]) { site in
      func run() throws -> Tool.Result {
        try Manual.run(script.text, in: site.folder, configuration: site.folder("etc").path)
      }
      #expect(try run().status == 75, "there is none")
      try site.folder.writeProgram(
        "#!/bin/sh\nread body; echo \"$body\" >>imported; [ \"$body\" != 2 ]\n", to: "import")
      try site.add("1", to: "stock-updates")
      let second = try site.add("2", to: "stock-updates")
      for _ in 1...2 {
        let said = try run()
        #expect(said.status == 0, "\(said.errors)")
      }
      #expect(site.lines("imported") == ["1", "2"])
      #expect(site.names("new", "stock-updates") + site.names("cur", "stock-updates") == [])
      #expect(
        site.names("failed", "stock-updates") == ["\(second).json", "\(second).json.reason"])
    }
  }

  @Test func `the exact bytes come out of a task's file by the commands of its page`() throws {
    let page = try #require(try Manual.pages().first { $0.name == "levelwind-task.5.md" })
    let rows = page.text.matches(of: #/\n\| `(json|text|base64)` \|[^\n]*\| `([^\n]*)` \|/#)
    #expect(rows.map(\.1) == ["json", "text", "base64"])
    let bodies: [(bytes: [UInt8], type: String)] = [
      (Array("{ \"a\" :\t1.10, \"a\":123456789012345678901234567890 }\n".utf8), "application/json"),
      (Array("é\r\n\"\\ \u{1F600}\n\n".utf8), "text/plain"), ([0xff, 0, 0x0a], "image/png"),
    ]
    try ImporterSite.open { site in
      for (row, body) in zip(rows, bodies) {
        let id = try site.add(bytes: body.bytes, type: body.type)
        try site.folder.write(site.folder.bytes("spool/stock/new/\(id).json"), to: "f")
        let command = row.2.replacing("\\|", with: "|")
        let said = try Tool.run("sh", ["-c", "cd \(site.folder.path); \(command)"])
        #expect(said.output == body.bytes, "\(command): \(said.text)\(said.errors)")
      }
    }
  }
}
