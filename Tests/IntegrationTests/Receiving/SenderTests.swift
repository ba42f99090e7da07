import Foundation
import Testing

@testable import Harness

/// Presets and building blocks, through nginx as it is installed. The signatures are made by other
/// programs than the one under test.
@Suite(.showingLogs) struct SenderTests {
  private func files(_ entry: String, _ more: String = "") -> [String: String] {
    [
      "incoming/stock.yaml": "name: Stock\n",
      "webhooks/a.yaml": "incoming: stock\n\(more)pre_processors:\n  - \(entry)\n",
    ]
  }

  /// Returns a keyed hash of bytes, made by openssl.
  private func hmac(_ hash: String, _ key: [UInt8], _ message: [UInt8]) throws -> [UInt8] {
    let hex = key.map { String(format: "%02x", $0) }.joined()
    let result = try Tool.run(
      "openssl", ["dgst", "-\(hash)", "-mac", "HMAC", "-macopt", "hexkey:\(hex)", "-binary"],
      input: message)
    try #require(result.status == 0, "\(result.errors)")
    return result.output
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }

  private func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  private var now: String { String(Int(Date().timeIntervalSince1970)) }

  /// Expects that a delivery is accepted, and that the same headers with another body are a 401.
  private func expect(
    _ site: Site, _ headers: [String], _ body: String, verified: String, query: String = ""
  ) throws {
    let wrong = try site.post("/webhook/a\(query)", Array((body + " ").utf8), headers: headers)
    #expect(wrong.status == 401)
    let right = try site.post("/webhook/a\(query)", Array(body.utf8), headers: headers)
    #expect(right.status == 200, "\(right.text)")
    let data = try #require(site.onlyTask()["data"] as? [String: Any])
    #expect(data["verified"] as? String == verified)
  }

  @Test func `GitHub`() throws {
    try Site.open(files("{type: sender, sender: github, secrets: [{literal: s3}]}")) { site in
      let body = #"{"zen":"x"}"#
      let code = hex(try hmac("sha256", Array("s3".utf8), Array(body.utf8)))
      try expect(
        site, ["X-Hub-Signature-256: sha256=\(code)", "X-GitHub-Delivery: 72d3162e"], body,
        verified: "sender:github")
      #expect(try site.onlyTask()["senderdelivery"] as? String == "72d3162e")
    }
  }

  @Test func `Shopify`() throws {
    try Site.open(files("{type: sender, sender: shopify, secrets: [{literal: s3}]}")) { site in
      let body = #"{"id":1}"#
      let code = base64(try hmac("sha256", Array("s3".utf8), Array(body.utf8)))
      try expect(
        site, ["X-Shopify-Hmac-SHA256: \(code)"], body, verified: "sender:shopify")
    }
  }

  @Test func `Stripe`() throws {
    try Site.open(files("{type: sender, sender: stripe, secrets: [{literal: whsec_x}]}")) { site in
      let (body, now) = (#"{"id":"evt_1"}"#, now)
      let code = hex(try hmac("sha256", Array("whsec_x".utf8), Array("\(now).\(body)".utf8)))
      try expect(
        site, ["Stripe-Signature: t=\(now),v1=\(code),v0=00"], body, verified: "sender:stripe")
    }
  }

  @Test func `Slack, with its handshake`() throws {
    try Site.open(files("{type: sender, sender: slack, secrets: [{literal: s3}]}")) { site in
      let now = now
      func headers(_ body: String) throws -> [String] {
        let code = try hmac("sha256", Array("s3".utf8), Array("v0:\(now):\(body)".utf8))
        return ["X-Slack-Request-Timestamp: \(now)", "X-Slack-Signature: v0=\(hex(code))"]
      }
      let challenge = #"{"type":"url_verification","challenge":"3eZbrw1a"}"#
      let unsigned = try site.post("/webhook/a", Array(challenge.utf8))
      #expect(unsigned.status == 401)
      #expect(!unsigned.text.contains("3eZbrw1a"))
      let answered = try site.post(
        "/webhook/a", Array(challenge.utf8), headers: try headers(challenge))
      #expect(answered.status == 200)
      #expect(answered.text == "3eZbrw1a")
      #expect(answered["content-type"] == "text/plain")
      #expect(site.stored() == [])
      let body = #"{"type":"event_callback","event_id":"Ev1"}"#
      try expect(site, try headers(body), body, verified: "sender:slack")
    }
  }

  @Test func `Standard Webhooks`() throws {
    let key = Array("0123456789abcdef0123456789abcdef".utf8)
    let entry =
      "{type: sender, sender: standard-webhooks, secrets: [{literal: whsec_\(base64(key))}]}"
    try Site.open(files(entry)) { site in
      let (body, now) = (#"{"test":1}"#, now)
      let code = base64(try hmac("sha256", key, Array("msg_1.\(now).\(body)".utf8)))
      try expect(
        site,
        ["webhook-id: msg_1", "webhook-timestamp: \(now)", "webhook-signature: v2,x v1,\(code)"],
        body, verified: "sender:standard-webhooks")
      #expect(try site.onlyTask()["senderdelivery"] as? String == "msg_1")
    }
  }

  @Test func `Twilio, which signs the URL`() throws {
    let entry = "{type: sender, sender: twilio, secrets: [{literal: 12345}]}"
    let url = "https://hooks.example.org/webhook/a"
    try Site.open(files(entry, "public_url: \(url)\n")) { site in
      let body = "To=%2B18005551212&From=%2B14158675309&CallSid=CA1"
      let message = "\(url)?foo=1CallSidCA1From+14158675309To+18005551212"
      let code = base64(try hmac("sha1", Array("12345".utf8), Array(message.utf8)))
      let headers = [
        "X-Twilio-Signature: \(code)", "Content-Type: application/x-www-form-urlencoded",
      ]
      try expect(site, headers, body, verified: "sender:twilio", query: "?foo=1")
    }
  }

  @Test func `basic authentication, which is in no task`() throws {
    try Site.open(files("{type: basic_auth, secrets: [{literal: \"erp:s3cret\"}]}")) { site in
      let reply = try site.post("/webhook/a", Array("{}".utf8), options: ["--user", "erp:wrong"])
      #expect(reply.status == 401)
      let right = try site.post("/webhook/a", Array("{}".utf8), options: ["--user", "erp:s3cret"])
      #expect(right.status == 200)
      let data = try #require(site.onlyTask()["data"] as? [String: Any])
      #expect((data["headers"] as? [String: Any])?["authorization"] == nil)
    }
  }

  @Test func `Graph's validationToken`() throws {
    let entry = "{type: sender, sender: microsoft-graph, secrets: [{literal: s3}]}"
    try Site.open(files(entry)) { site in
      let reply = try site.post(
        "/webhook/a?validationToken=Validation%3A+a%2Bb", [], headers: ["Content-Type: text/plain"])
      #expect(reply.status == 200)
      #expect(reply.text == "Validation: a+b")
      #expect(reply["content-type"] == "text/plain")
      #expect(site.stored() == [])
    }
  }

  @Test func `a client certificate that nginx verified`() throws {
    let entry = "{type: client_certificate, subjects: [CN=erp]}"
    let askForOne = { (folder: Folder) in
      for name in ["client", "other"] {
        let subject = name == "client" ? "erp" : "somebody"
        let made = try Tool.run(
          "openssl",
          [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=\(subject)", "-keyout", folder("tls/\(name).key").path,
            "-out", folder("tls/\(name).pem").path,
          ])
        try #require(made.status == 0, "\(made.errors)")
      }
      try folder.write(
        folder.text("tls/client.pem") + folder.text("tls/other.pem"), to: "tls/clients.pem")
      let name = "snippets/levelwind.conf"
      var text = folder.text(name)
      for line in ["fastcgi_param SSL_CLIENT_", "ssl_verify_client", "ssl_client_certificate"] {
        try #require(text.contains("#\(line)"))
        text = text.replacing("#\(line)", with: line)
      }
      text = text.replacing(
        "/etc/levelwind/client-ca.pem", with: folder("tls/clients.pem").path)
      try folder.write(text, to: name)
    }
    try Site.open(files(entry), nginx: askForOne) { site in
      #expect(try site.post("/webhook/a", []).status == 401)
      for (name, status) in [("other", 401), ("client", 200)] {
        let reply = try site.post(
          "/webhook/a", Array("{}".utf8),
          options: [
            "--cert", site.folder("tls/\(name).pem").path, "--key",
            site.folder("tls/\(name).key").path,
          ])
        #expect(reply.status == status)
      }
      let forged = try site.post("/webhook/a", [], headers: ["SSL-Client-Verify: SUCCESS"])
      #expect(forged.status == 401)
      let data = try #require(site.onlyTask()["data"] as? [String: Any])
      #expect(data["verified"] as? String == "client_certificate:CN=erp")
    }
  }
}
