import Testing

@testable import Harness

/// The table of answers, through nginx with TLS.
@Suite(.showingLogs) struct AnswerTests {
  struct Case {
    let what: String
    var method = "POST"
    var target = "/webhook/erp"
    var headers = Sample.genuine
    var body: String? = #"{"entity":"stock"}"#
    let status: Int
  }

  static let refused = [
    Case(what: "no secret", headers: [], status: 401),
    Case(what: "wrong secret", headers: ["X-Webhook-Secret: guess"], status: 401),
    Case(what: "empty secret", headers: ["X-Webhook-Secret;"], status: 401),
    Case(what: "prefix of it", headers: ["X-Webhook-Secret: correct"], status: 401),
    Case(what: "secret and more", headers: ["X-Webhook-Secret: \(Sample.secret)x"], status: 401),
    Case(what: "secret twice", headers: Sample.genuine + Sample.genuine, status: 401),
    Case(
      what: "right, then wrong", headers: Sample.genuine + ["X-Webhook-Secret: guess"], status: 401),
    Case(what: "underscore", headers: ["X_Webhook_Secret: \(Sample.secret)"], status: 401),
    Case(what: "unknown", target: "/webhook/nobody", status: 404),
    Case(what: "disabled", target: "/webhook/off", status: 404),
    Case(what: "no identifier", target: "/webhook/", status: 404),
    Case(what: "no slash", target: "/webhook", status: 404),
    Case(what: "trailing slash", target: "/webhook/erp/", status: 404),
    Case(what: "more path", target: "/webhook/erp/more", status: 404),
    Case(what: "upper case", target: "/webhook/ERP", status: 404),
    Case(what: "%2F before", target: "/webhook%2Ferp", status: 404),
    Case(what: "%2F behind", target: "/webhook/erp%2F", status: 404),
    Case(what: "encoded letter", target: "/webhook/%65rp", status: 404),
    Case(what: "..", target: "/webhook/x/../erp", status: 404),
    Case(what: ".. out and in", target: "/webhook/../webhook/erp", status: 404),
    Case(what: ".", target: "/webhook/./erp", status: 404),
    Case(what: "double slash", target: "/webhook//erp", status: 404),
    Case(what: "encoded ..", target: "/webhook/%2e%2e/webhook/erp", status: 404),
    Case(what: "CR LF", target: "/webhook/erp%0d%0aX-Webhook-Secret:%20x", status: 404),
    Case(what: "semicolon", target: "/webhook/erp;a=b", status: 404),
    Case(what: "not UTF-8", target: "/webhook/erp%ff", status: 404),
    Case(what: "GET", method: "GET", body: nil, status: 405),
    Case(what: "HEAD", method: "HEAD", body: nil, status: 405),
    Case(what: "OPTIONS", method: "OPTIONS", body: nil, status: 405),
    Case(what: "PUT", method: "PUT", status: 405),
    Case(what: "an odd method", method: "FOO", status: 405),
    Case(what: "a lower-case method", method: "pOST", status: 400),
  ]

  @Test func `every rejection has its status, a problem for a body, and stores nothing`() throws {
    try Site.open { site in
      for refused in Self.refused {
        let reply = try site.send(
          refused.method, refused.target, refused.body.map { Array($0.utf8) },
          headers: refused.headers)
        #expect(reply.status == refused.status, "\(refused.what)")
        guard reply["server"] != nil, refused.status != 400, refused.target != "/webhook" else {
          continue
        }
        #expect(reply["content-type"] == "application/problem+json", "\(refused.what)")
        if refused.method != "HEAD" {
          #expect(reply.json["status"] as? Int == refused.status, "\(refused.what)")
          #expect((reply.json["title"] as? String)?.isEmpty == false, "\(refused.what)")
          #expect(isUUID(reply.json["delivery"]), "\(refused.what)")
        }
        #expect((reply["allow"] != nil) == (refused.status == 405), "\(refused.what)")
      }
      #expect(site.stored() == [])
    }
  }

  @Test func `unknown, disabled and no identifier are answered all alike`() throws {
    try Site.open { site in
      let replies = try ["/webhook/nobody", "/webhook/off", "/webhook/Not%20One"].map {
        try site.post($0, [], headers: Sample.genuine)
      }
      for reply in replies {
        var members = reply.json
        members["delivery"] = nil
        #expect(members.keys.sorted() == ["status", "title"])
        #expect(members["title"] as? String == replies[0].json["title"] as? String)
        #expect(reply.headers.map(\.name) == replies[0].headers.map(\.name))
      }
    }
  }

  @Test func `a wrong method is told the right ones`() throws {
    try Site.open { site in
      let reply = try site.send("DELETE", "/webhook/erp", headers: Sample.genuine)
      #expect(reply.status == 405)
      #expect(reply["allow"] == "POST")
    }
  }

  @Test func `a genuine delivery is answered with its id and the number of its tasks`() throws {
    try Site.open { site in
      let reply = try site.post(
        "/webhook/both?shop=1", Array(#"{"entity":"stock"}"#.utf8), headers: Sample.genuine)
      #expect(reply.status == 200)
      #expect(reply["content-type"] == "application/json")
      #expect(isUUID(reply.json["id"]))
      #expect(reply.json["tasks"] as? Int == 2)
      #expect(reply.json.count == 2)
      for incoming in ["stock", "audit"] {
        let task = try site.onlyTask(incoming)
        #expect(task["delivery"] as? String == reply.json["id"] as? String)
        #expect(task["incoming"] as? String == incoming)
        #expect(task["webhook"] as? String == "both")
        #expect(task["source"] as? String == "https://localhost:\(site.port)/webhook/both")
        let data = try #require(task["data"] as? [String: Any])
        #expect(data["method"] as? String == "POST")
        #expect(data["path"] as? String == "/webhook/both")
        #expect(data["query"] as? String == "shop=1")
        #expect(data["remote"] as? String == "127.0.0.1")
        #expect(data["verified"] as? String == "header:X-Webhook-Secret")
      }
      #expect(site.tasks("stock")[0].lastPathComponent != site.tasks("audit")[0].lastPathComponent)
    }
  }
}
