import Foundation
import Testing

@testable import Harness

/// The output on a terminal of 80 columns, and in a pipe.
@Suite struct TerminalTests {
  private static let words = Array(repeating: "no such item", count: 12).joined(separator: " ")

  /// Returns the output at a terminal in Kathmandu.
  private func shown(
    _ site: ImporterSite, _ arguments: [String], _ environment: [String] = ["TERM=xterm"]
  ) throws -> String {
    let program =
      ["env", "-u", "NO_COLOR", "TZ=Asia/Kathmandu"] + environment + [Site.levelwind] + arguments
      + ["--config", site.folder("etc").path]
    let result = try Keyboard.run(program, [])
    #expect(result.status == 0, "\(result.screen)")
    return result.screen.replacing("\r\n", with: "\n")
  }

  @Test func `tasks are listed within 80 columns, in local time and in colour`() throws {
    try ImporterSite.open { site in
      let id = try site.addFailed(Self.words)
      let screen = try shown(site, ["task", "list", "stock"])
      let lines = screen.split(separator: "\n").map(String.init)
      try #require(lines.count == 2, "\(screen)")
      #expect(lines[0].hasPrefix("\(id)  \u{1b}[31mfailed\u{1b}[0m  "))
      #expect(lines[0].wholeMatch(of: /.*  \d\d-\d\d \d\d:\d\d:\d\d/) != nil, "\(lines[0])")
      #expect(lines[1].hasPrefix("  no such item no") && lines[1].hasSuffix("…"))
      #expect(lines[1].count == 80)
      #expect(try shown(site, ["task", "show", "stock", id]).contains("+05:45\n"))

      for plain in [["TERM=xterm", "NO_COLOR=1"], ["TERM=dumb"]] {
        let text = try shown(site, ["task", "list", "stock"], plain)
        #expect(!text.contains("\u{1b}") && text.contains("…"), "\(plain)")
      }
      let piped = try site.task("list", "stock").text
      #expect(piped.hasSuffix("Z  \(Self.words)\n"), "\(piped)")
      #expect(piped.hasPrefix("\(id)  failed  2"))
      #expect(try !site.task("show", "stock", id).text.contains("+05:45"))
    }
  }

  @Test func `status keeps within 80 columns, and within COLUMNS`() throws {
    let name = "customer-north-west-stock-updates"
    var files = Sample.files
    files["webhooks/\(name).yaml"] = Sample.webhook("")
    try Site.open(files) { site in
      #expect(
        try site.post("/webhook/\(name)", [], headers: ["X-Webhook-Secret: no"]).status == 401)
      try until("the refusal shows") {
        try site.command("status").text.contains("header ")
      }
      func lines(_ environment: String...) throws -> [String] {
        let program =
          ["env", "-u", "COLUMNS", "TERM=dumb"] + environment
          + [Site.levelwind, "status", "--config", site.configuration]
        let shown = try Keyboard.run(program, [])
        #expect(shown.status == 0, "\(shown.screen)")
        return shown.screen.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init)
      }
      let narrow = try lines()
      #expect(narrow.allSatisfy { $0.count <= 80 }, "\(narrow)")
      #expect(narrow.contains { $0.hasPrefix("    last refusal: header ") }, "\(narrow)")
      #expect(narrow.contains { $0.hasPrefix("  \(name)") }, "\(narrow)")
      let wide = try lines("COLUMNS=160")
      #expect(wide.contains { $0.hasPrefix("  \(name)  active") && $0.contains("  header ") })
    }
  }

  @Test func `lists keep within 80 columns, and URLs are whole`() throws {
    let name = "customer-north-west-stock-updates"
    let words = "Stock of " + Self.words
    try Administration.run([
      "incoming/\(name).yaml": "name: \(words)\n",
      "webhooks/\(name).yaml": "incoming: \(name)\npre_processors: []\n",
    ]) { levelwind in
      func lines(_ arguments: String...) throws -> [String] {
        let program =
          ["env", "-u", "COLUMNS", "TERM=dumb", Site.levelwind] + arguments
          + ["--config", levelwind.folder("etc").path]
        let screen = try Keyboard.run(program, []).screen
        let lines = screen.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        return lines
      }
      let url = "https://hooks.example.org/webhook/\(name)"
      #expect(try lines("webhook", "list") == ["\(name)  active    ", "    \(url)"])
      #expect(try levelwind("webhook", "list").text == "\(name)  active    \(url)\n")
      let incoming = try lines("incoming", "list").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      #expect(incoming.joined(separator: " ") == "\(name)  \(words)")
      #expect(try levelwind("incoming", "list").text == "\(name)  \(words)\n")
    }
  }

  @Test func `the log at a terminal has its words below`() throws {
    try ImporterSite.open { site in
      try site.folder.write(
        #"{"time":"2026-07-24T08:12:03.123456Z","message":"delivery refused","webhook":"erp","#
          + #""delivery":"01a20cac-1234-7abc-8def-0123456789ab","verdict":"refused","status":401,"#
          + #""check":"header","reason":"no header","remote":"192.0.2.7","body_bytes":0}"# + "\n",
        to: "log.json")
      let log = ["log", "--file", site.folder("log.json").path]
      let screen = try shown(site, log)
      let row =
        "07-24 13:57:03  erp           \u{1b}[31mrefused    \u{1b}[0m  401   01a20cac-1234  192.0.2.7"
      #expect(screen.contains("\n\(row)\n  header: no header; 0 bytes\n"), "\(screen)")
      let piped = try Tool.run(
        Site.levelwind, log + ["--config", site.folder("etc").path]
      ).text
      #expect(piped.contains("  192.0.2.7        01a20cac-1234-7abc-8def-0123456789ab  header: "))
    }
  }
}
