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

  @Test func `without base_url, the info page shows the host and the port that were asked for`()
    throws
  {
    try Site.open { site in
      let settings = site.folder.text("etc/levelwind.yaml")
      try site.folder.write(
        settings.replacing(/base_url:.*\n/, with: ""), to: "etc/levelwind.yaml")
      #expect(try site.command("reload").status == 0)
      #expect(try site.get("/info").text.contains("\"https://localhost:\(site.port)/webhook/"))
      // A request in HTTP/1.0 has no Host header.
      let old = try site.get("/info", options: ["--http1.0", "--header", "Host:"])
      #expect(old.text.contains("\"https://localhost/webhook/"), "\(old.text)")
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

  private static let browser = ["Accept: text/html"]

  @Test func `an administrator's browser is shown everything, and what a name holds is escaped`()
    throws
  {
    var files = Sample.files
    files["webhooks/erp.yaml"] = Sample.webhook().replacing("ERP Stock", with: "<b>&ERP")
    files["webhooks/broken.yaml"] = "name: [\n"
    try Site.open(files) { site in
      #expect(try site.deliver().status == 200)
      try until("the spool is looked into") {
        try site.get("/info", headers: Self.browser).text.contains("<td>stock</td><td>")
      }
      let page = try site.get("/info", headers: Self.browser)
      #expect(page["content-security-policy"]?.contains("default-src 'none'") == true)
      for words in [
        "<td>erp</td>", "https://localhost:\(site.port)/webhook/&lt;", "CRITICAL", "broken",
      ] {
        #expect(page.text.contains(words), "\(words)")
      }
      #expect(!page.text.contains("<b>") && !page.text.contains(Sample.secret))
    }
  }

  @Test func `whom nginx lets in besides is not told which webhooks there are`() throws {
    let open: (Folder) throws -> Void = { folder in
      let name = "snippets/levelwind-info.conf"
      try folder.write(folder.text(name).replacing("deny all;", with: ""), to: name)
    }
    try Site.open(nginx: open) { site in
      let page = try site.get(
        "/info", headers: Self.browser + ["Levelwind-Details: on", "LEVELWIND_DETAILS: on"],
        options: ["--interface", "127.0.0.2"])
      #expect(page.status == 200)
      #expect(page.text.contains("https://localhost:\(site.port)/webhook/"))
      for name in ["erp", "both", "stock"] { #expect(!page.text.contains(name), "\(name)") }
    }
  }
}
