import Foundation
import Spooling
import Testing

@testable import Harness

/// `levelwind postprocess` beside a responder, with a server that it sends to.
@Suite(.showingLogs) struct PostprocessTests {
  /// Returns a webhook with these post-processors. Anyone may send to it.
  private static func webhook(_ postProcessors: [String]) -> String {
    "incoming: stock\npre_processors: []\npost_processors:\n"
      + postProcessors.map { "  - {\($0)}\n" }.joined()
  }

  private static func http(_ target: HTTPTarget, _ path: String, _ more: String = "") -> String {
    "type: http, url: \"\(target.url(path))\", allow_private: [127.0.0.0/8]\(more)"
  }

  /// Opens a target, and a site whose webhooks send to it.
  private func open(
    _ webhooks: (HTTPTarget) -> [String: [String]],
    _ test: (Site, HTTPTarget) throws -> Void
  ) throws {
    let target = try HTTPTarget()
    defer { target.stop() }
    var files = [
      "incoming/stock.yaml": "", "outgoing-secrets/target": HTTPTarget.secret + "\n",
    ]
    for (name, entries) in webhooks(target) {
      files["webhooks/\(name).yaml"] = Self.webhook(entries)
    }
    try Site.open(files) { site in try test(site, target) }
  }

  /// Starts `levelwind postprocess`, and ends it after the test.
  private func running(_ site: Site, _ test: (Child) throws -> Void) throws {
    let child = try site.postprocess()
    defer { child.stop() }
    try test(child)
  }

  private func deliver(_ webhook: String, _ body: String = "{}", to site: Site) throws {
    let reply = try site.post(
      "/webhook/\(webhook)", Array(body.utf8), headers: ["Content-Type: application/json"])
    #expect(reply.status == 200)
  }

  private func names(_ spool: String, _ place: String, _ site: Site) -> [String] {
    site.folder.names(in: "state/postprocess/\(spool)/\(place)").filter { $0.hasSuffix(".json") }
  }

  /// Returns the reason of the only record that was given up.
  private func reason(_ spool: String, _ site: Site) throws -> String {
    try until("\(spool) gives up") { !names(spool, "failed", site).isEmpty }
    let name = names(spool, "failed", site)[0]
    return site.folder.text("state/postprocess/\(spool)/failed/\(name).reason")
  }

  @Test func `what a server answers decides, each record is signed, and deliveries never wait`()
    throws
  {
    try open { target in
      [
        "erp": [
          Self.http(target, "/ok", ", name: ok, secrets: [{secret: target}]"),
          Self.http(
            target, "/first/429/2", ", name: busy, back_off: 1ms, secrets: [{secret: target}]"),
          Self.http(target, "/first/503", ", name: down, back_off: 1ms"),
          Self.http(target, "/answer/410", ", name: gone"),
          Self.http(target, "/redirect", ", name: redirect"),
          Self.http(
            target, "/hang", ", name: hang, timeout: 500ms, max_attempts: 2, back_off: 1ms"),
          Self.http(
            target, "/text", ", name: text, body: '\"\\(.webhook): \\(.data.tasks | length)\"'"),
          "type: http, url: \"https://127.0.0.1:\(target.port)/private\", name: private, max_attempts: 1",
        ]
      ]
    } _: { site, target in
      // No process runs post-processors yet.
      try deliver("erp", to: site)
      #expect(site.tasks().count == 1)
      #expect(names("erp.ok", "new", site).count == 1)
      #expect(target.requests.isEmpty)

      try running(site) { _ in
        let expected = [
          "/ok": 1, "/first/429/2": 2, "/first/503": 2, "/answer/410": 1, "/redirect": 1,
          "/text": 1,
        ]
        // On a busy machine a request to /hang may time out before it is sent.
        func counts() -> [String: Int] {
          Dictionary(grouping: target.requests, by: \.path).mapValues(\.count)
            .filter { $0.key != "/hang" }
        }
        try until("all were sent") { counts() == expected }
        try until("what could be done is") {
          ["ok", "busy", "down", "text"].allSatisfy { site.isEmpty("erp.\($0)") }
        }
        #expect(try reason("erp.gone", site) == "answered 410\nthis is the answer 410\n")
        #expect(
          try reason("erp.redirect", site)
            == "answered 302, and no redirect is followed\nthis is the answer 302\n")
        #expect(
          try reason("erp.hang", site) == "no answer within 0.5 s, after 2 attempts\n")
        #expect(target.requests("/hang").count <= 2)
        #expect(
          try reason("erp.private", site)
            == "127.0.0.1 has no public address, and connections to private ones are not made; "
            + "allow_private lists private addresses that are allowed, after one attempt\n")
        // Success isn't repeated because another post-processor failed.
        #expect(counts() == expected)
        let ok = try #require(target.requests("/ok").first)
        let busy = target.requests("/first/429/2")
        #expect(ok.isSigned && busy.allSatisfy(\.isSigned))
        #expect(!target.requests("/first/503")[0].isSigned)
        #expect(ok.type == "application/cloudevents+json")
        #expect(ok.record["webhook"] as? String == "erp")
        #expect(ok.id == ok.record["id"] as? String)
        #expect(busy[0].id == busy[1].id)
        #expect(busy[1].time - busy[0].time >= 2)
        #expect(target.requests("/text")[0].body == "erp: 1")
        #expect(target.requests("/text")[0].type == "application/json")
        let task = try site.onlyTask()
        let data = try #require(ok.record["data"] as? [String: Any])
        #expect(
          data["tasks"] as? [[String: String]]
            == [["id": task["id"] as? String ?? "", "incoming": "stock"]])
      }
    }
  }

  @Test func `a server's certificate is verified, against ca_file where there is one`() throws {
    let server = try SecureServer(for: "hooks.example.org", ["/a": ""])
    defer { server.stop() }
    let url = "type: http, url: \"https://hooks.example.org/a\""
    let entries = ["\(url), name: trusting, ca_file: \(server.trust)", "\(url), name: usual"]
    let files = ["incoming/stock.yaml": "", "webhooks/erp.yaml": Self.webhook(entries)]
    try Site.open(files) { site in
      try deliver("erp", to: site)
      try until("the records are published") {
        ["erp.trusting", "erp.usual"].allSatisfy { names($0, "new", site).count == 1 }
      }
      let run = try site.command("postprocess", "--once", "--via", server.address)
      #expect(run.status == 75)
      #expect(run.errors.contains("ca_file: FILE trusts a certificate authority"), "\(run.errors)")
      #expect(site.isEmpty("erp.trusting"))
      #expect(names("erp.usual", "retry", site).count == 1)
      #expect(server.requests.first?.hasPrefix("hooks.example.org /a {") == true)
    }
  }

  @Test func `a server that hangs holds up no other post-processor, and no delivery`() throws {
    try open { target in
      [
        "slow": [
          Self.http(target, "/hang", ", timeout: 60s"), Self.http(target, "/beside", ", name: b"),
        ],
        "fast": [Self.http(target, "/ok")],
      ]
    } _: { site, target in
      try running(site) { child in
        for _ in 1...3 { try deliver("slow", to: site) }
        try until("it hangs") { target.requests("/hang").count == 1 }
        for _ in 1...3 { try deliver("fast", to: site) }
        try until("the others are done") {
          target.requests("/ok").count == 3 && target.requests("/beside").count == 3
        }
        #expect(target.requests("/hang").count == 1)
        // Records under way are put back without an attempt counted.
        #expect(child.stop() == 0)
        #expect(names("slow.http", "new", site).count == 3)
        #expect(names("slow.http", "cur", site).isEmpty)
      }
    }
  }

  @Test func `SIGKILL at random loses nothing; what was done twice is counted`() throws {
    try open { target in
      ["erp": [Self.http(target, "/ok", ", concurrency: 4")]]
    } _: {
      site, target in
      let count = 60
      for number in 1...count { try deliver("erp", "\(number)", to: site) }
      var kills = 0
      while kills < 12 {
        let child = try site.postprocess()
        let before = target.requests.count
        try until("something was sent") {
          target.requests.count > before || target.requests.count >= count
        }
        usleep(.random(in: 0...20_000))
        child.send(SIGKILL)
        #expect(child.wait() == -SIGKILL)
        kills += 1
      }
      try running(site) { _ in
        try until("nothing is left") { site.isEmpty("erp.http") }
      }
      let deliveries = target.requests.compactMap { $0.record["delivery"] as? String }
      #expect(Set(deliveries).count == count)
      #expect(names("erp.http", "failed", site).isEmpty)
      print("postprocess: \(kills) SIGKILLs, \(deliveries.count - count) of \(count) sent again")
    }
  }

  @Test func `a program gets the record; over its time its whole group is killed`() throws {
    try open { _ in
      [
        "erp": [
          "type: exec, name: good, command: [/bin/sh, -c, \"cat > $OUT; echo said\"]"
            + ", environment: {OUT: OUTPUT}",
          "type: exec, name: slow, timeout: 500ms, max_attempts: 1"
            + ", command: [/bin/sh, -c, \"sleep 300 & echo $! > $OUT.pid; wait\"]"
            + ", environment: {OUT: OUTPUT}",
          "type: exec, name: never, command: [/bin/sh, -c, \"echo why >&2; exit 65\"]",
          "type: exec, name: missing, command: [/nonexistent/program], max_attempts: 1",
        ]
      ]
    } _: { site, _ in
      let output = site.folder("output").path
      let file = site.folder.text("etc/webhooks/erp.yaml").replacing("OUTPUT", with: output)
      try site.folder.write(file, to: "etc/webhooks/erp.yaml")
      try deliver("erp", to: site)
      try running(site) { _ in
        #expect(try reason("erp.never", site) == "exit status 65\nwhy\n")
        #expect(
          try reason("erp.missing", site)
            == "can't run /nonexistent/program in /: No such file or directory, after one attempt\n"
        )
        #expect(
          try reason("erp.slow", site).hasPrefix("killed, since it ran for more than 0.5 seconds"))
        let pid = try #require(Int32(site.folder.text("output.pid").prefix { $0 != "\n" }))
        try until("the program's child is gone") { kill(pid, 0) != 0 }
        try until("the good one is done") { names("erp.good", "cur", site).isEmpty }
        let record = try Site.members(of: site.folder("output"))
        #expect(record["subject"] as? String == "good")
        try until("what it said is logged") {
          site.folder.text("log/postprocess.log").contains(#"done; it said: said"#)
        }
      }
    }
  }

  @Test func `one at a time; a reload tells it; its status file counts`() throws {
    try open { target in
      ["erp": [Self.http(target, "/before")]]
    } _: { site, target in
      try running(site) { _ in
        try deliver("erp", to: site)
        try until("it was sent") { target.requests("/before").count == 1 }
        let second = try site.command("postprocess", "--once")
        #expect(second.status == 75)
        #expect(second.errors.contains("another levelwind postprocess works on"))

        try until("there is a status file") {
          site.folder.text("state/status/postprocess.json").contains("\"erp.http\":")
        }
        try site.folder.write(
          Self.webhook([Self.http(target, "/answer/410", ", name: http")]),
          to: "etc/webhooks/erp.yaml")
        #expect(try site.command("reload").status == 0)
        try until("it has loaded it") {
          try deliver("erp", to: site)
          return !target.requests("/answer/410").isEmpty
        }
        try until("it counts") {
          let text = site.folder.text("state/status/postprocess.json")
          return text.contains("\"reason\":\"answered 410: this is the answer 410\"")
            && !text.contains("\"failed\":0")
        }
      }
    }
  }

  @Test func `what is taken out of the configuration is worked on no longer`() throws {
    try open { target in
      [
        "erp": [
          Self.http(target, "/answer/503", ", name: gone, back_off: 10ms, max_back_off: 20ms")
        ]
      ]
    } _: { site, target in
      try running(site) { _ in
        try deliver("erp", to: site)
        try until("it is tried again and again") { target.requests.count > 3 }
        try site.folder.write(
          Self.webhook([Self.http(target, "/ok")]), to: "etc/webhooks/erp.yaml")
        #expect(try site.command("reload").status == 0)
        try deliver("erp", to: site)
        try until("it has loaded it") { !target.requests("/ok").isEmpty }
        try until("the attempt under way is over") {
          site.folder.names(in: "state/postprocess/erp.gone/cur").isEmpty
        }
        let count = target.requests("/answer/503").count
        // It would be tried every 20 ms.
        for number in 2...10 {
          try deliver("erp", to: site)
          try until("the next is sent") { target.requests("/ok").count >= number }
        }
        #expect(target.requests("/answer/503").count == count)
      }
    }
  }

  @Test func `a spool that can't be worked on is said once, and looked for again`() throws {
    try open { target in
      ["erp": [Self.http(target, "/ok")]]
    } _: { site, target in
      let new = site.folder("state/postprocess/erp.http/new").path
      #expect(rename(new, new + "-away") == 0)
      try running(site) { _ in
        func said() -> Int {
          site.folder.text("log/postprocess.log").split(separator: "\n")
            .count { $0.contains("\"level\":\"error\"") }
        }
        try until("it is said") { said() > 0 }
        // It looks every five seconds, and says nothing about it.
        let since = ContinuousClock.now
        try until("it has looked again") { .now - since > .seconds(6) }
        #expect(said() == 1)
        #expect(rename(new + "-away", new) == 0)
        try deliver("erp", to: site)
        try until("it is worked on") { !target.requests("/ok").isEmpty }
      }
    }
  }

  @Test func `--once ends when nothing is left, and says how it went`() throws {
    try open { target in
      ["erp": [Self.http(target, "/first/503")]]
    } _: { site, target in
      #expect(try site.command("postprocess", "--once").status == 0)
      try deliver("erp", to: site)
      try until("its record is there") { !names("erp.http", "new", site).isEmpty }
      let result = try site.command("postprocess", "--once")
      #expect(result.status == 75)
      #expect(result.errors.contains("answered 503: this is the answer 503; again at"))
      let shown = try site.command("webhook", "show", "erp").text
      #expect(shown.contains("Post-processors:\n  http: "))
      #expect(shown.contains(" 1 waiting, 0 given up\n"))
      let record = names("erp.http", "retry", site)[0]
      // An impatient administrator moves the record back.
      try FileManager.default.moveItem(
        at: site.folder("state/postprocess/erp.http/retry/\(record)"),
        to: site.folder("state/postprocess/erp.http/new/\(record)"))
      #expect(try site.command("postprocess", "--once").status == 0)
      #expect(
        target.requests.map { $0.record["id"] as? String }
          == [record, record].map { $0.replacing(".json", with: "") })
    }
  }
}

extension Site {
  /// Whether no record waits or is worked on in a spool. A kill may leave what was noted of a
  /// record's attempts. The look is made twice, since a record that moves between two directories
  /// may be missed in both.
  fileprivate func isEmpty(_ spool: String) -> Bool {
    (1...2).allSatisfy { _ in
      ["new", "cur", "retry", "cur"].allSatisfy { place in
        !folder.names(in: "state/postprocess/\(spool)/\(place)").contains {
          $0.hasSuffix(".json") || $0.hasSuffix(".drain")
        }
      }
    }
  }
}
