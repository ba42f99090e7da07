import Foundation
import Testing

@testable import Harness

/// The parts that nginx's files do by themselves.
@Suite(.showingLogs) struct NginxTests {
  @Test func `a request has one id in the answer, in nginx's log and in the responder's`() throws {
    try Site.open { site in
      let reply = try site.deliver()
      let id = try #require(reply["x-request-id"])
      let responder = try site.logged(1)[0]
      let nginx = try nginxLog(of: site)[0]
      #expect(responder["request_id"] as? String == id)
      #expect(nginx["request_id"] as? String == id)
      let refused = try site.post("/webhook/erp", [])
      #expect(refused["x-request-id"]?.count == 32)
    }
  }

  @Test func `nginx's log is one JSON object a line, without the query`() throws {
    try Site.open { site in
      _ = try site.post("/webhook/erp%0d%0a%7b%22x%22:1%7d%1b?token=s3cret", [])
      let lines = try nginxLog(of: site)
      #expect(lines.count == 1)
      #expect(lines.first?["path"] as? String == "/webhook/erp\r\n{\"x\":1}\u{1b}")
      #expect(lines.first?["status"] as? Int == 404)
      let text = site.folder.text("log/levelwind.log")
      #expect(!text.contains("s3cret"))
      #expect(text.utf8.filter { $0 < 0x20 } == [10])
    }
  }

  @Test func `rate limits that an administrator switches on answer 429 with Retry-After`() throws {
    let switchOn = { (folder: Folder) in
      for (name, from, to) in [
        ("snippets/levelwind.conf", "#limit_", "limit_"),
        ("snippets/levelwind.conf", "burst=200", "burst=5"),
        ("conf.d/levelwind.conf", "rate=50r/s", "rate=1r/m"),
      ] {
        let text = folder.text(name)
        try #require(text.contains(from))
        try folder.write(text.replacing(from, with: to), to: name)
      }
    }
    try Site.open(nginx: switchOn) { site in
      for _ in 1...6 { #expect(try site.deliver().status == 200) }
      let reply = try site.deliver()
      #expect(reply.status == 429)
      #expect(reply["retry-after"] != nil)
      #expect(reply["content-type"] == "application/problem+json")
      #expect(reply.json["status"] as? Int == 429)
      #expect(site.tasks().count == 6)
    }
  }

  @Test func `plain HTTP redirects a browser, and refuses a webhook`() throws {
    try Site.open { site in
      let plain = "http://localhost:\(site.plainPort)"
      let page = try Tool.run("curl", ["-sig", "\(plain)/info?a=1"])
      #expect(Reply(message: page.output).status == 308)
      #expect(Reply(message: page.output)["location"] == "https://localhost/info?a=1")
      let webhook = try Tool.run(
        "curl", ["-sig", "-H", Sample.genuine[0], "-d", "{}", "\(plain)/webhook/erp"])
      #expect(Reply(message: webhook.output).status == 403)
      #expect(site.stored() == [])
    }
  }

  @Test func `TLS 1.2 and 1.3 are spoken, and nothing older`() throws {
    try Site.open { site in
      for version in ["1.2", "1.3"] {
        let options = ["--tlsv\(version)", "--tls-max", version]
        let reply = try site.get("/info", options: options)
        #expect(reply.status == 200)
      }
      let old = ["--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"]
      let reply = try site.get("/info", options: old)
      #expect(reply.status == 0)
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/net/if_inet6")))
  func `IPv6 is served too`() throws {
    try Site.open { site in
      let reply = try site.post(
        "/webhook/erp", [], headers: Sample.genuine, options: ["--ipv6"])
      #expect(reply.status == 200)
      let data = try #require(site.onlyTask()["data"] as? [String: Any])
      #expect(data["remote"] as? String == "::1")
    }
  }

  /// Returns nginx's log. nginx writes a line after its answer.
  private func nginxLog(of site: Site) throws -> [[String: Any]] {
    try until("a line of nginx") { !site.folder.text("log/levelwind.log").isEmpty }
    return try site.folder.text("log/levelwind.log").split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }
}
