import Foundation
import Testing

@testable import Harness

/// `levelwind-relay` beside a responder, with a server that it sends to.
@Suite(.showingLogs) struct HTTPRelayTests {
  /// Returns an incoming configuration with a relay to a path of the target.
  private static func relay(_ target: HTTPTarget, _ path: String, _ more: String = "") -> String {
    "relay: {type: http, url: \"\(target.url(path))\", allow_private: [127.0.0.0/8]\(more)}\n"
  }

  /// Opens a target, and a site with a webhook for each incoming configuration.
  private func open(
    _ incoming: (HTTPTarget) -> [String: String], _ test: (Site, HTTPTarget) throws -> Void
  ) throws {
    let target = try HTTPTarget()
    defer { target.stop() }
    var files = ["outgoing-secrets/target": HTTPTarget.secret + "\n"]
    for (name, text) in incoming(target) {
      files["incoming/\(name).yaml"] = text
      files["webhooks/\(name).yaml"] =
        "incoming: \(name)\npre_processors: []\nhistory: {for: 1d, bytes: 10MiB}\n"
    }
    try Site.open(files) { site in try test(site, target) }
  }

  private func running(_ site: Site, _ test: (Child) throws -> Void) throws {
    let child = try site.relay()
    defer { child.stop() }
    try test(child)
  }

  /// Sends a delivery.
  ///
  /// - Returns: its id.
  @discardableResult
  private func deliver(_ webhook: String, _ body: String = "{}", to site: Site) throws -> String {
    let reply = try site.post(
      "/webhook/\(webhook)", Array(body.utf8),
      headers: ["Content-Type: application/json", "X-Event: moved"])
    #expect(reply.status == 200)
    return reply.json["id"] as? String ?? ""
  }

  private func names(_ place: String, of incoming: String, _ site: Site) -> [String] {
    site.folder.names(in: "spool/\(incoming)/\(place)").filter { $0.hasSuffix(".json") }
  }

  private func isEmpty(_ incoming: String, _ site: Site) -> Bool {
    ["new", "cur", "retry", "failed"].allSatisfy {
      site.folder.names(in: "spool/\(incoming)/\($0)").isEmpty
    }
  }

  @Test func `a task is carried on byte for byte, signed, and everything tells of it`() throws {
    try open { target in
      [
        "stock": Self.relay(
          target, "/ok", ", secrets: [{secret: target}], forward_headers: [x-event]")
      ]
    } _: { site, target in
      let body = "{\"b\":  1.000000000000000000001,\n \"b\": \"\u{e9}\"}"
      let delivery = try deliver("stock", body, to: site)
      #expect(site.tasks().count == 1)
      try running(site) { _ in
        try until("the task is carried on") { isEmpty("stock", site) }
        let request = try #require(target.requests.first)
        #expect(target.requests.count == 1)
        #expect(request.body == body)
        #expect(request.isSigned)
        #expect(request.type == "application/json")
        #expect(request.headers["x-event"] == "moved")
        #expect(request.headers["ce-id"] == request.id)
        #expect(request.headers["ce-delivery"] == delivery)
        #expect(request.headers["ce-source"] == "https://localhost:\(site.port)/webhook/stock")
        // Connections stay open.
        for _ in 1...5 {
          try deliver("stock", to: site)
          site.settle()
          try until("it is carried on") { isEmpty("stock", site) }
        }
        // The server closes a connection on which nothing comes for a while.
        #expect(Set(target.requests.map(\.clientPort)).count < target.requests.count)

        let shown = try site.command("delivery", "show", delivery).text
        #expect(shown.contains("done at "), "\(shown)")
        var metrics = ""
        try until("the metrics tell of it") {
          metrics = try site.get("/metrics").text
          return metrics.contains("levelwind_relay_attempts_total{incoming=\"stock\"} 6\n")
        }
        #expect(metrics.contains("levelwind_relay_failures_total{incoming=\"stock\"} 0\n"))
        #expect(metrics.contains("\nlevelwind_relay_lag_seconds{incoming=\"stock\"} "))
        let status = try site.command("status").text.replacing(#/ +/#, with: " ")
        #expect(status.contains("\nRelays\n"), "\(status)")
        #expect(status.contains("\n stock running for "), "\(status)")
      }
    }
  }

  @Test func `what the server answers decides, and a file may change what it means`() throws {
    try open { target in
      [
        "gone": Self.relay(target, "/answer/410"),
        "known": Self.relay(target, "/answer/409", ", done: [409]"),
        "patient": Self.relay(target, "/first/404", ", later: [404], back_off: 1ms"),
        "busy": Self.relay(target, "/first/503", ", back_off: 1ms"),
        "strict": Self.relay(target, "/answer/500", ", never: [500]"),
        "redirected": Self.relay(target, "/redirect"),
      ]
    } _: { site, target in
      let all = ["gone", "known", "patient", "busy", "strict", "redirected"]
      for name in all { try deliver(name, to: site) }
      try running(site) { _ in
        try until("what can be done is") {
          ["known", "patient", "busy"].allSatisfy { isEmpty($0, site) }
        }
        for (name, reason) in [
          ("gone", "answered 410\nthis is the answer 410\n"),
          ("strict", "answered 500\nthis is the answer 500\n"),
          ("redirected", "answered 302, and no redirect is followed\nthis is the answer 302\n"),
        ] {
          try until("\(name) is given up") { names("failed", of: name, site).count == 1 }
          let file = names("failed", of: name, site)[0]
          #expect(site.folder.text("spool/\(name)/failed/\(file).reason") == reason)
        }
        #expect(target.requests("/first/404").count == 2)
        #expect(target.requests("/moved").isEmpty)
      }
    }
  }

  @Test func `while a server fails, its tasks wait where they are, and no other relay waits`()
    throws
  {
    try open { target in
      [
        "gate": Self.relay(
          target, "/gate",
          ", concurrency: 2, back_off: 1ms, max_back_off: 1ms, max_attempts: 1000, "
            + "breaker: {failures: 2, wait: 100ms, max_wait: 100ms}"),
        "other": Self.relay(target, "/ok"),
      ]
    } _: { site, target in
      try target.setDown(true)
      for number in 1...20 { try deliver("gate", "\(number)", to: site) }
      try running(site) { _ in
        try until("the breaker is open") {
          try site.get("/metrics").text.contains(
            #/levelwind_relay_outage_since_timestamp_seconds\{incoming="gate"\} [1-9]/#)
        }
        try deliver("other", to: site)
        try until("the other relay works") { isEmpty("other", site) }
        let status = try site.command("status").text.replacing(#/ +/#, with: " ")
        #expect(status.contains("the breaker is open since "), "\(status)")
        #expect(status.contains(": answered 503: this is the answer 503"), "\(status)")
        let health = try site.command("health", "--relay", "0s").text
        #expect(health.contains("the relay of gate has sent next to nothing for "), "\(health)")
        // Only probes are sent: most tasks were never tried.
        let tried = Set(target.requests("/gate").map(\.body))
        #expect(tried.count < 20, "\(tried)")
        try target.setDown(false)
        try until("all are carried on") { isEmpty("gate", site) }
        try until("the outage is over") {
          try site.get("/metrics").text.contains(
            "levelwind_relay_outage_since_timestamp_seconds{incoming=\"gate\"} 0\n")
        }
        #expect(Set(target.requests("/gate").map(\.body)) == Set((1...20).map { "\($0)" }))
      }
    }
  }

  @Test func `a relay that hangs ends with the service, and its tasks are put back`() throws {
    try open { target in
      ["stock": Self.relay(target, "/hang", ", concurrency: 3")]
    } _: {
      site, target in
      for _ in 1...3 { try deliver("stock", to: site) }
      let child = try Child(
        "\(Site.levelwind)-relay", ["run", "--config", site.configuration, "--grace", "0"],
        log: site.folder("log/relay.log"))
      try until("all are under way") { target.requests.count == 3 }
      #expect(child.stop() == 0)
      #expect(names("new", of: "stock", site).count == 3)
    }
  }

  @Test func `a reload begins and ends relays`() throws {
    try open { target in
      ["stock": "", "later": Self.relay(target, "/ok")]
    } _: { site, target in
      try deliver("stock", "\"one\"", to: site)
      try running(site) { _ in
        try deliver("later", "\"two\"", to: site)
        try until("the relay works") { target.requests.map(\.body) == ["\"two\""] }
        try site.folder.write(Self.relay(target, "/ok"), to: "etc/incoming/stock.yaml")
        try site.folder.write("", to: "etc/incoming/later.yaml")
        #expect(try site.command("reload").status == 0)
        try until("the new relay works") { target.requests.count == 2 }
        try deliver("later", "\"three\"", to: site)
        try deliver("stock", "\"four\"", to: site)
        try until("it goes on") { target.requests.count == 3 }
        #expect(target.requests.map(\.body) == ["\"two\"", "\"one\"", "\"four\""])
        #expect(names("new", of: "later", site).count == 1)
      }
    }
  }

  @Test func `a post-processor sends the records alone that its filter wants`() throws {
    let target = try HTTPTarget()
    defer { target.stop() }
    let entry =
      "{type: http, url: \"\(target.url("/ok"))\", allow_private: [127.0.0.0/8], "
      + "filter: .data.bodyBytes > 3}"
    try Site.open([
      "incoming/stock.yaml": "",
      "webhooks/stock.yaml": "incoming: stock\npre_processors: []\npost_processors: [\(entry)]\n",
    ]) { site in
      for body in ["{}", "[1,2]", "1"] { try deliver("stock", body, to: site) }
      let child = try site.postprocess()
      defer { child.stop() }
      let records = "state/postprocess/stock.http"
      try until("all records are done") {
        ["new", "cur", "retry", "failed"].allSatisfy {
          site.folder.names(in: "\(records)/\($0)").isEmpty
        }
      }
      #expect(target.requests.count == 1)
      #expect((target.requests[0].record["data"] as? [String: Any])?["bodyBytes"] as? Int == 5)
    }
  }

  @Test(arguments: ["/drip", "/head", "/interim", "/close", "/other"])
  func `a hostile server holds nothing up for longer than the timeout`(path: String) throws {
    let server = try HostileServer()
    defer { server.stop() }
    try Site.open([
      "incoming/stock.yaml":
        "relay: {type: http, url: \"\(server.url(path))\", allow_private: [127.0.0.1], "
        + "timeout: 500ms, max_attempts: 1}\n",
      "webhooks/stock.yaml": "incoming: stock\npre_processors: []\n",
    ]) { site in
      try deliver("stock", to: site)
      site.settle()
      let relay = try Tool.run(
        "\(Site.levelwind)-relay", ["run", "--once", "--config", site.configuration])
      #expect(relay.status == 1)
      #expect(names("failed", of: "stock", site).count == 1)
    }
  }
}
