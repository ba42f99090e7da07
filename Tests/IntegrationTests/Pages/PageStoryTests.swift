import Foundation
import Testing

@testable import Harness

/// What operators come for, in Chromium, by keyboard alone, with and without script.
@Suite(
  .showingLogs,
  .needs(
    Facility("chromium-headless-shell and chromium-driver", isThere: Browser.isThere),
    toProve: "what operators do in a browser"))
struct PageStoryTests {
  @Test(arguments: [true, false])
  func `a shop's secret was wrong: find what was refused, mend it, let it in`(
    hasScript: Bool
  ) throws {
    try Site.openPages(SignedShop.files) { site, users in
      for number in 1...3 { #expect(try SignedShop.send(site, number) == 401) }
      try until("the history has them") {
        let said = try site.command("delivery", "list", "--json")
        return said.text.split(separator: "\n").count == 3
      }
      let user = try #require(users["operator"])
      let browser = try Browser(site, as: user, hasScript: hasScript)
      defer { browser.close() }
      try browser.go("/status")
      try browser.follow("Deliveries")
      try until("the deliveries are shown") { try browser.place == "/deliveries" }
      try browser.follow(field: "verdict")
      try browser.press("refused")
      try browser.follow("Filter")
      try until("the filter is in the address") { try browser.place.contains("verdict=refused") }
      try browser.follow("Bring back all that match")
      try until("the plan is shown") { try browser.title.hasPrefix("Bring back 0 deliveries") }
      #expect(try browser.text("main").contains("3 refused, as"))
      try SignedShop.mend(site)
      try browser.go(try browser.place)
      #expect(try browser.text("main").contains("3 deliveries pass by today's configuration"))
      try browser.follow("Bring back 3 deliveries")
      try until("it says so") { try browser.text("[role=alert]").contains("It is brought back") }
      #expect(site.folder.names(in: "spool/stock/new").count == 3)
      // The page that says so can be loaded again: nothing happens twice.
      try browser.go(try browser.place)
      #expect(site.folder.names(in: "spool/stock/new").count == 3)
    }
  }

  @Test(arguments: [true, false])
  func `the importer was down: retry 120`(hasScript: Bool) throws {
    try Site.openPages(SignedShop.files) { site, users in
      let user = try #require(users["operator"])
      try until("the spool is there") { try site.page("/tasks/stock", as: user).status == 200 }
      let spool = site.folder("spool/stock").path
      for number in 0..<120 {
        let name = "\(spool)/failed/order-\(1000 + number).json"
        try Data("{}".utf8).write(to: URL(filePath: name))
        try Data("connection refused\n".utf8).write(to: URL(filePath: "\(name).reason"))
      }
      try until("the page shows what the responder has counted") {
        try site.page("/tasks", as: user).text.contains("state=failed\">120</a>")
      }
      let browser = try Browser(site, as: user, hasScript: hasScript)
      defer { browser.close() }
      try browser.go("/status")
      try browser.follow("Tasks")
      try until("the spools are shown") { try browser.place == "/tasks" }
      try browser.follow("120")
      try until("the failed tasks are shown") { try browser.place.contains("?state=failed") }
      #expect(try browser.text("main").contains("connection refused"))
      try browser.follow("Retry all 120 that match")
      try until("the plan is shown") { try browser.title.hasPrefix("Retry 120 tasks of stock") }
      #expect(try browser.text("main").contains("120 failed"))
      try browser.follow("Retry 120 tasks")
      try until("it says so") { try browser.text("[role=alert]").contains("are retried") }
      #expect(site.folder.names(in: "spool/stock/failed") == [])
      #expect(site.folder.names(in: "spool/stock/new").count == 120)
      try browser.follow("Changes")
      try until("it is noted") { try browser.text("main").contains("120 tasks of stock") }
    }
  }

  @Test func `a form of another site changes nothing, though the browser is signed in`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["operator"])
      let list = try site.page("/tasks/stock?state=failed", as: user).text
      let fields = try PageForm.fields(of: list, action: "/tasks/stock/retry")
      let inputs = fields.map { "<input name=\"\($0.key)\" value=\"\($0.value)\">" }.joined()
      let target = "http://localhost:\(site.pagesPort ?? 0)/tasks/stock/retry"
      try site.folder.write(
        """
        <!DOCTYPE html><title>Prize</title>
        <form method="post" action="\(target)">\(inputs)<button>Claim your prize</button></form>
        <form method="post" enctype="text/plain" action="\(target)"><input name="all" value="yes">
        <button id="plain">Or this one</button></form>

        """, to: "elsewhere/index.html")
      let port = try freePort()
      let elsewhere = try Child(
        "/usr/bin/python3",
        [
          "-m", "http.server", "\(port)", "--bind", "127.0.0.1", "--directory",
          site.folder("elsewhere").path,
        ], log: site.folder("log/elsewhere.log"))
      defer { elsewhere.stop() }
      try until("the other site is there") {
        try Tool.run("curl", ["--silent", "http://127.0.0.1:\(port)/"]).text.contains("Prize")
      }
      let browser = try Browser(site, as: user, hasScript: true)
      defer { browser.close() }
      // Another site, and another port of the same name, whose forms a browser calls same-site.
      for host in ["127.0.0.1", "localhost"] {
        for button in ["button", "#plain"] {
          try browser.open("http://\(host):\(port)/")
          try until("the other site is shown") { try browser.title == "Prize" }
          try browser.click(button)
          try until("it is refused") { try browser.title == "Nothing was changed – Levelwind" }
          #expect(try browser.text("main").contains("Another site sent this form"))
        }
      }
      #expect(site.folder.names(in: "spool/stock/failed").count == 2)
      #expect(site.folder.text("state/changes") == "")
    }
  }
}

extension Browser {
  /// Goes by Tab to what begins with these words, and presses Enter.
  func follow(_ words: String) throws {
    for _ in 0..<120 {
      try press("\u{e004}")
      guard try focused.hasPrefix(words) else { continue }
      return try press("\u{e007}")
    }
    throw NotYet(description: "Tab never reaches \(words) on \(try title)")
  }

  /// Goes by Tab to a field of a form.
  func follow(field name: String) throws {
    for _ in 0..<120 {
      try press("\u{e004}")
      if try evaluate("document.activeElement.name") as? String == name { return }
    }
    throw NotYet(description: "Tab never reaches the field \(name) on \(try title)")
  }
}
