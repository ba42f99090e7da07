import Testing

@testable import Harness

@Suite(.showingLogs) struct InfoTests {
  @Test func `the info page tells a program of webhooks as JSON`() throws {
    var files = Sample.files
    files["webhooks/broken.yaml"] = "name: [\n"
    try Site.open(files) { site in
      let reply = try site.get("/info")
      #expect(reply.status == 200)
      #expect(reply["content-type"]?.hasPrefix("application/json") == true)
      #expect(reply.text.contains("\"https://localhost:\(site.port)/webhook/"))
      let text = try #require(reply.json["webhooks"] as? [String: Int])
      #expect(text == ["active": 3, "disabled": 1, "broken": 1])
    }
  }

  @Test func `the info page tells a browser of them as HTML`() throws {
    try Site.open { site in
      let accept = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
      let reply = try site.get("/info", headers: [accept])
      #expect(reply.status == 200)
      #expect(reply["content-type"]?.hasPrefix("text/html") == true)
      #expect(reply.text.contains("https://localhost:\(site.port)/webhook/"))
      #expect(!reply.text.contains(Sample.secret))
    }
  }

  @Test func `an empty configuration serves: no webhooks, and 404 to everything`() throws {
    try Site.open([:]) { site in
      let info = try site.get("/info")
      #expect(
        info.json["webhooks"] as? [String: Int] == ["active": 0, "disabled": 0, "broken": 0])
      #expect(try site.deliver().status == 404)
    }
  }

  @Test func `the info page is for the addresses that nginx was told`() throws {
    try Site.open { site in
      #expect(try site.get("/info", options: ["--interface", "127.0.0.2"]).status == 403)
      let delivery = try site.post(
        "/webhook/erp", [], headers: Sample.genuine, options: ["--interface", "127.0.0.2"])
      #expect(delivery.status == 200)
      let data = try #require(site.onlyTask()["data"] as? [String: Any])
      #expect(data["remote"] as? String == "127.0.0.2")
    }
  }
}
