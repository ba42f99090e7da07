import Foundation
import Testing

@testable import Harness

/// What holds behind each web server, with the files that are installed for it.
@Suite(.showingLogs) struct ElsewhereSlowTests {
  @Test(arguments: WebServer.here)
  func `a genuine delivery becomes a task, whatever its sender claims`(_ server: WebServer) throws {
    try Site.open(behind: server) { site in
      let reply = try site.post(
        "/webhook/both?shop=1&url=%2Fa%20b", Array(#"{"entity":"stock"}"#.utf8),
        headers: Sample.genuine + [
          "X-Event: one", "X-Event: two", "Authorization: Basic abc", "Cookie: a=b",
          "Proxy: http://evil.example", "Forwarded: for=10.9.8.7", "X-Real-IP: 10.9.8.7",
          "Remote-Addr: 10.9.8.7", "SSL-Client-Verify: SUCCESS", "Request-Id: forged",
        ])
      #expect(reply.status == 200, "\(reply.text)")
      #expect(reply["content-type"] == "application/json")
      #expect(reply.json["tasks"] as? Int == 2)
      let data = try #require(site.onlyTask()["data"] as? [String: Any])
      #expect(data["method"] as? String == "POST")
      #expect(data["path"] as? String == "/webhook/both")
      #expect(data["query"] as? String == "shop=1&url=%2Fa%20b")
      #expect(data["remote"] as? String == "127.0.0.1")
      let headers = try #require(data["headers"] as? [String: String])
      #expect(headers["x-event"] == "one, two")
      #expect(headers["content-type"] == "application/json")
      #expect(headers["host"]?.hasPrefix("localhost") == true)
      for unwanted in [
        "authorization", "cookie", "x-webhook-secret", "proxy", "x-forwarded-for",
        "x-forwarded-proto", "x-forwarded-host",
      ] { #expect(headers[unwanted] == nil, "\(unwanted)") }
      let line = try site.logged(1)[0]
      #expect(line["remote"] as? String == "127.0.0.1")
      // One id finds the request in both logs, and the sender is told it.
      #expect(reply["x-request-id"] == line["request_id"] as? String)
      #expect((reply["x-request-id"] == nil) == (server == .lighttpd))
    }
  }

  /// The cases of `AnswerTests` that a server decides in another way: its status, or nil where it
  /// accepts the delivery, since it reads the request in another way.
  private static let otherwise: [WebServer: [String: Int?]] = [
    .caddy: ["underscore": 200, "a lower-case method": 200],
    .lighttpd: ["underscore": 200, "an odd method": 501, "a lower-case method": 501],
    .apache: ["a lower-case method": 405],
  ]
  /// Paths that a server answers itself, with a page of its own.
  private static let ownPages: Set = [
    "no slash", "%2F before", "an odd method", "a lower-case method", "not UTF-8", "underscore",
  ]

  @Test(arguments: WebServer.here)
  func `what isn't a delivery is refused as everywhere, and stores nothing`(_ server: WebServer)
    throws
  {
    try Site.open(behind: server) { site in
      for refused in AnswerTests.refused {
        let status = Self.otherwise[server]?[refused.what] ?? refused.status
        let reply = try site.send(
          refused.method, refused.target, refused.body.map { Array($0.utf8) },
          headers: refused.headers)
        #expect(reply.status == status, "\(refused.what)")
        if status == 200 {
          for task in site.tasks() { try FileManager.default.removeItem(at: task) }
        }
        guard !Self.ownPages.contains(refused.what) else { continue }
        #expect(reply["content-type"] == "application/problem+json", "\(refused.what)")
        #expect((reply["allow"] != nil) == (status == 405), "\(refused.what)")
        guard refused.method != "HEAD" else { continue }
        #expect(reply.json["status"] as? Int == status, "\(refused.what)")
        #expect(isUUID(reply.json["delivery"]), "\(refused.what)")
      }
      let plain = try Tool.run(
        "curl",
        [
          "-si", "-H", Sample.genuine[0], "-d", "{}",
          "http://localhost:\(site.plainPort)/webhook/erp",
        ])
      #expect(Reply(message: plain.output).status == 403)
      #expect(site.stored() == [])
    }
  }

  @Test(arguments: WebServer.here)
  func `bodies of every kind arrive byte for byte, with a length and in chunks`(
    _ server: WebServer
  ) throws {
    try Site.open(behind: server) { site in
      var expected: [(what: String, body: [UInt8])] = []
      for sent in BodyTests.cases {
        let type = "Content-Type:" + (sent.type.map { " " + $0 } ?? "")
        for more in [[], ["Transfer-Encoding: chunked"]] {
          let reply = try site.post("/webhook/open", sent.body, headers: [type] + more)
          #expect(reply.status == 200, "\(sent.what) \(more)")
          expected.append((sent.what, sent.body))
        }
      }
      let tasks = site.tasks()
      try #require(tasks.count == expected.count)
      for (file, sent) in zip(tasks, expected) {
        let data = try #require(Site.members(of: file)["data"] as? [String: Any])
        let encoding = try #require(data["bodyEncoding"] as? String)
        let script = BodyTests.recipe(encoding, length: sent.body.count)
        #expect(try Tool.run("sh", ["-c", script, file.path]).output == sent.body, "\(sent.what)")
      }
    }
  }

  @Test(arguments: WebServer.here)
  func `a body of just 10 MiB is taken, and not a byte more`(_ server: WebServer) throws {
    try Site.open(behind: server) { site in
      let most = [UInt8](repeating: 0xff, count: 10 << 20)
      for more in [[], ["Transfer-Encoding: chunked"]] {
        let headers = Sample.genuine + more
        #expect(try site.post("/webhook/erp", most, headers: headers).status == 200, "\(more)")
        let over = try site.post("/webhook/erp", most + [0], headers: headers)
        #expect(over.status == 413, "\(more)")
        #expect(over["content-type"] == "application/problem+json", "\(more)")
        #expect(over.json["status"] as? Int == 413, "\(more)")
      }
      let tasks = site.tasks()
      #expect(tasks.count == 2)
      for file in tasks {
        let script = BodyTests.recipe("base64", length: most.count)
        #expect(try Tool.run("sh", ["-c", script, file.path]).output == most)
      }
    }
  }

  @Test(arguments: WebServer.here)
  func `handshakes by GET, HEAD and OPTIONS are answered`(_ server: WebServer) throws {
    func webhook(_ entry: String) -> String {
      "incoming: stock\npre_processors:\n  - \(entry)\n"
    }
    let files = [
      "incoming/stock.yaml": "name: Stock\n",
      "webhooks/meta.yaml": webhook(
        "{type: sender, sender: meta-whatsapp, secrets: [{literal: a}], "
          + "verify_tokens: [{literal: meatyhamhock}]}"),
      "webhooks/mandrill.yaml": "public_url: https://hooks.example.org/webhook/mandrill\n"
        + webhook("{type: sender, sender: mandrill, secrets: [{literal: s3}]}"),
      "webhooks/grid.yaml": webhook(
        "{type: sender, sender: cloudevents, secrets: [{literal: s3}], "
          + "origins: [events.example.org]}"),
    ]
    try Site.open(files, behind: server) { site in
      let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock"
      let get = try site.get("/webhook/meta?\(query)")
      #expect(get.status == 200)
      #expect(get.text == "1158201444")
      #expect(try site.get("/webhook/meta?hub.challenge=1").status != 200)
      #expect(try site.send("HEAD", "/webhook/mandrill").status == 200)
      let options = try site.send(
        "OPTIONS", "/webhook/grid", headers: ["WebHook-Request-Origin: events.example.org"])
      #expect(options.status == 200)
      #expect(options["webhook-allowed-origin"] == "events.example.org")
      #expect(site.stored() == [])
    }
  }

  @Test(arguments: WebServer.here)
  func `a client that hangs up in the middle of a body stores nothing`(_ server: WebServer) throws {
    try Site.open(behind: server) { site in
      let long = String(repeating: "x", count: 100_000)
      for sent in [
        (["Content-Length: 100"], #"{"entity":"#), (["Transfer-Encoding: chunked"], "4\r\n{\"en"),
        (["Transfer-Encoding: chunked"], "4\r\n{\"en\r\n"),
        (["Content-Length: 200000"], long), (["Transfer-Encoding: chunked"], "30000\r\n\(long)"),
      ] { _ = try site.sendRaw(MessageTests.request(sent.0, sent.1), waiting: false) }
      #expect(try site.deliver().status == 200)
      // Apache and Caddy pass a body on while it comes, so that the responder refuses these.
      site.stop()
      let accepted = try site.logged(1).filter { $0["verdict"] as? String == "accepted" }
      #expect(accepted.count == 1)
      #expect(site.stored().count == 1)
    }
  }

  @Test(arguments: WebServer.here)
  func `64 clients at once are served through restarts, each task once`(_ server: WebServer) throws
  {
    try Site.open(behind: server) { site in
      site.stop()
      try site.startOnHeldSocket()
      let crowd = try Crowd(0..<640, atOnce: 64, to: site)
      for round in 1...2 {
        try until("\(round * 200) tasks") { site.tasks().count >= round * 200 }
        try site.endResponder(with: SIGTERM)
      }
      let statuses = try crowd.statuses()
      #expect(statuses.count == 640)
      #expect(statuses.filter { $0.value != 200 } == [:])
      #expect(try Crowd.stored(in: site).sorted() == Array(0..<640))
    }
  }

  @Test(arguments: WebServer.here)
  func `a responder that is away or hangs is a problem after which senders come again`(
    _ server: WebServer
  ) throws {
    try Site.open(behind: server) { site in
      func expectUnavailable(_ reply: Reply, _ what: String) {
        #expect([503, 504].contains(reply.status), "\(what)")
        #expect((reply["retry-after"] != nil) == (server != .lighttpd), "\(what)")
        #expect(reply["content-type"] == "application/problem+json", "\(what)")
        #expect(reply.json["status"] as? Int == reply.status, "\(what)")
      }
      let stuck = try #require(site.responder)
      stuck.send(SIGSTOP)
      let late = try site.deliver()
      stuck.send(SIGCONT)
      expectUnavailable(late, "it hangs")
      // The delivery that the hanging responder was handed may be stored, as after any 5xx.
      try until("it answers again") { try site.deliver().status == 200 }
      let before = site.tasks().count
      site.stop()
      expectUnavailable(try site.deliver(), "it is away")
      try site.start()
      try until("it is back") { try site.deliver().status == 200 }
      #expect(site.tasks().count == before + 1)
    }
  }
}
