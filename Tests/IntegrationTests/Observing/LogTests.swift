import Foundation
import Testing

@testable import Harness

/// The responder's log of deliveries, and what it leaves out.
@Suite(.showingLogs) struct LogTests {
  static let files = Sample.files.merging([
    "webhooks/erp.yaml": """
    name: ERP
    incoming: stock
    logging: true
    delivery_id_header: X-Delivery
    pre_processors:
      - type: header
        name: X-Webhook-Secret
        secrets: [{literal: not-this-one-either}, {secret: erp, name: autumn}]

    """,
    "webhooks/quiet.yaml": Sample.webhook().replacing("logging: true", with: "logging: false"),
  ]) { $1 }

  @Test func `an accepted delivery leaves one line with all there is to know`() throws {
    try Site.open(Self.files) { site in
      let reply = try site.deliver(#"{"a":1}"#, headers: ["X-Delivery: d-17"])
      #expect(reply.status == 200)
      let lines = try site.logged(1)
      #expect(lines.count == 1)
      let line = lines[0]
      let texts = [
        "delivery": reply.json["id"] as? String, "request_id": reply["x-request-id"],
        "webhook": "erp", "remote": "127.0.0.1", "method": "POST",
        "verified": "header:X-Webhook-Secret", "secret": "autumn", "senderdelivery": "d-17",
      ]
      for (name, text) in texts { #expect(line[name] as? String == text, "\(name)") }
      #expect(line["status"] as? Int == 200)
      #expect(line["body_bytes"] as? Int == 7)
      #expect((line["duration_us"] as? Int ?? 0) > 0)
      #expect((line["message"] as? String)?.contains("accepted") == true)
      let time = try #require(line["time"] as? String)
      #expect(time.hasSuffix("Z") && time.contains("T"))
      let names = site.tasks().map { $0.deletingPathExtension().lastPathComponent }
      #expect(line["tasks"] as? [String] == names)
      let task = try site.onlyTask()
      #expect(task["senderdelivery"] as? String == "d-17")
    }
  }

  @Test func `a refused delivery leaves its reason, under the id that the sender was told`() throws
  {
    try Site.open(Self.files) { site in
      let reply = try site.post("/webhook/quiet", [1, 2], headers: ["X-Webhook-Secret: guess"])
      let line = try site.logged(1)[0]
      #expect(line["delivery"] as? String == reply.json["delivery"] as? String)
      #expect(line["status"] as? Int == 401)
      #expect(line["webhook"] as? String == "quiet")
      #expect(line["body_bytes"] as? Int == 2)
      #expect((line["reason"] as? String)?.isEmpty == false)
      #expect((line["message"] as? String)?.contains("refused") == true)
    }
  }

  @Test func `accepted deliveries are logged only where the webhook's logging is on`() throws {
    try Site.open(Self.files) { site in
      #expect(try site.post("/webhook/quiet", [], headers: Sample.genuine).status == 200)
      #expect(try site.deliver().status == 200)
      let lines = try site.logged(1)
      #expect(lines.map { $0["webhook"] as? String } == ["erp"])
    }
  }

  @Test func `the eleventh rejection in a minute is counted, not written`() throws {
    try Site.open(Self.files) { site in
      // The minute of the bound may end in between, once.
      for _ in 1...2 {
        for _ in 1...40 { #expect(try site.post("/webhook/erp", []).status == 401) }
      }
      #expect(try site.send("GET", "/webhook/erp").status == 405)
      site.stop()
      let lines = try site.log()
      let refused = lines.filter { $0["status"] as? Int == 401 }
      #expect([10, 20].contains(refused.count))
      #expect(lines.contains { $0["status"] as? Int == 405 })
      let counted = lines.compactMap { $0["count"] as? Int }.reduce(0, +)
      #expect(refused.count + counted == 80)
    }
  }

  struct Forgery {
    let what: String
    let value: String
  }

  static let forgeries = [
    Forgery(what: "a line of its own", value: #"x"} {"level":"error","message":"forged"}"#),
    Forgery(what: "escape sequence", value: "\u{1b}[2J\u{1b}]0;title\u{7}"),
    Forgery(what: "C1 control", value: "\u{9b}31m"),
    Forgery(what: "line separators", value: "a\u{85}b\u{2028}c\u{2029}d"),
    Forgery(what: "reordering", value: "\u{202e}lru\u{2066}"),
    Forgery(what: "backslash and quote", value: #"\",\"status\":200,\u000a"#),
    Forgery(what: "tab and delete", value: "a\tb\u{7f}c"),
  ]

  @Test func `nothing that a sender sends forges a line or reaches a terminal`() throws {
    try Site.open(Self.files) { site in
      for forgery in Self.forgeries {
        let reply = try site.deliver(headers: ["X-Delivery: \(forgery.value)"])
        #expect([200, 400, 401].contains(reply.status), "\(forgery.what)")
      }
      _ = try site.send("FORGED", "/webhook/erp%0d%0a%1b?a=%0a%1b", headers: Sample.genuine)
      _ = try site.send("FORGED", "/webhook/erp?a=%0a%1b", headers: Sample.genuine)
      #expect(try site.deliver().status == 200)
      site.stop()
      let text = site.folder.text("log/responder.log")
      let unsafe = text.unicodeScalars.filter { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
        default: false
        }
      }
      #expect(unsafe.count == 0)
      for line in try site.log() {
        #expect(line["message"] as? String != "forged")
      }
    }
  }

  @Test func `no secret is in any log, task or state`() throws {
    try Site.open(Self.files) { site in
      #expect(try site.deliver().status == 200)
      _ = try site.post("/webhook/erp", [], headers: Sample.genuine + Sample.genuine)
      _ = try site.deliver(headers: ["X-Webhook-Secret: \(Sample.secret)x"])
      try site.folder.write(
        """
        name: [ERP
        pre_processors:
          - {type: header, nmae: X, secrets: [{literal: \(Sample.secret), nmae: x}]}

        """, to: "etc/webhooks/broken.yaml")
      try site.folder.write(
        """
        name: ERP
        incoming: stock
        pre_processors:
          - {type: header, nmae: X, secrets: [{literal: \(Sample.secret), nmae: x}]}
          - {type: header, name: X, secrets: [\(Sample.secret)]}

        """, to: "etc/webhooks/wrong.yaml")
      let refused = try site.command("reload")
      #expect(refused.status == 1)
      let checked = try site.command("check")
      #expect(checked.status == 1)
      for said in [refused.text, refused.errors, checked.text, checked.errors] {
        #expect(!said.contains(Sample.secret))
      }
      site.stop()
      let found = try Tool.run(
        "grep", ["-rl", Sample.secret, "--exclude-dir=etc", site.folder.path])
      #expect(found.text == "")
      #expect(!site.tasks().isEmpty)
    }
  }
}
