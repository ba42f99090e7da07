import Testing

@testable import Harness

/// Bodies of every kind arrive byte for byte. The recipes for importers return the same bytes.
@Suite(.showingLogs) struct BodyTests {
  struct Case {
    let what: String
    let type: String?
    let body: [UInt8]
    let encoding: String
  }

  static let cases = [
    Case(
      what: "JSON with a number of 30 digits and duplicate keys", type: "application/json",
      body: Array(#"{ "n":123456789012345678901234567890, "a":1,"a":2 }"#.utf8 + [10]),
      encoding: "json"),
    Case(
      what: "XML with CR LF", type: "application/xml",
      body: Array("<?xml version=\"1.0\"?>\r\n<a>\r\n\t<b>é</b>\r\n</a>\r\n".utf8),
      encoding: "text"),
    Case(
      what: "a form", type: "application/x-www-form-urlencoded",
      body: Array("a=1&b=%C3%A9&c=a+b&a=2".utf8), encoding: "text"),
    Case(
      what: "binary", type: "application/octet-stream",
      body: (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }, encoding: "base64"),
    Case(what: "empty", type: "application/json", body: [], encoding: "text"),
    Case(
      what: "Latin-1 that says it is JSON", type: "application/json; charset=iso-8859-1",
      body: Array(#"{"name":"Jos"#.utf8) + [0xe9] + Array(#""}"#.utf8), encoding: "base64"),
    Case(what: "text without a type", type: nil, body: Array("hello".utf8), encoding: "text"),
    Case(
      what: "not quite JSON", type: "application/json", body: Array("[1,]".utf8), encoding: "text"),
    Case(
      what: "NUL in text", type: "text/plain", body: Array("a\0b".utf8), encoding: "base64"),
    Case(
      what: "quotes, control characters and odd ends", type: "text/plain",
      body: Array("\"\\\u{1}\u{7f}\u{2028}\u{feff}\n\n".utf8), encoding: "text"),
  ]

  /// Returns the shell recipe of design section 6 for the exact bytes.
  static func recipe(_ encoding: String, length: Int) -> String {
    switch encoding {
    case "json": #"tail -c $((\#(length)+3)) "$0" | head -c \#(length)"#
    case "text": #"jq -j .data.body "$0""#
    default: #"jq -r .data.body "$0" | base64 -d"#
    }
  }

  @Test func `the shell recipes give back the exact bytes of every kind of body`() throws {
    try Site.open { site in
      for sent in Self.cases {
        let type = "Content-Type:" + (sent.type.map { " " + $0 } ?? "")
        let reply = try site.post("/webhook/open", sent.body, headers: [type])
        #expect(reply.status == 200, "\(sent.what)")
        let file = try #require(site.tasks().last)
        let data = try #require(Site.members(of: file)["data"] as? [String: Any])
        #expect(data["bodyEncoding"] as? String == sent.encoding, "\(sent.what)")
        #expect(data["bodyBytes"] as? Int == sent.body.count, "\(sent.what)")
        let script = Self.recipe(sent.encoding, length: sent.body.count)
        let back = try Tool.run("sh", ["-c", script, file.path])
        #expect(back.output == sent.body, "\(sent.what)")
        let sum = try Tool.run("sha256sum", [], input: sent.body).text.prefix(64)
        #expect(data["bodySha256"] as? String == String(sum), "\(sent.what)")
      }
      #expect(site.tasks().count == Self.cases.count)
    }
  }

  @Test func `Python's cloudevents reads every task`() throws {
    let python = Site.repository.appending(path: ".build/python/bin/python3").path
    try Site.open { site in
      for sent in Self.cases {
        let type = "Content-Type:" + (sent.type.map { " " + $0 } ?? "")
        #expect(try site.post("/webhook/open", sent.body, headers: [type]).status == 200)
      }
      let reader = """
        import sys
        from cloudevents.core.formats.json import JSONFormat
        for name in sys.argv[1:]:
            with open(name, "rb") as file:
                event = JSONFormat().read(None, file.read())
            print(event.get_specversion(), event.get_type(), event.get_subject(),
                  event.get_extension("webhook"), event.get_extension("taskcount"),
                  event.get_time().utcoffset(), event.get_id() + ".json" == name.split("/")[-1])
        """
      let read = try Tool.run(python, ["-c", reader] + site.tasks().map(\.path))
      try #require(read.status == 0, "\(read.errors) (Tests/run installs what this needs)")
      let lines = read.text.split(separator: "\n")
      #expect(lines.count == Self.cases.count)
      for line in lines { #expect(line == "1.0 levelwind.task stock open 1 0:00:00 True") }
    }
  }

  @Test(arguments: [false, true])
  func `a body of just 10 MiB is taken, whole, and not a byte more`(chunked: Bool) throws {
    try Site.open { site in
      let most = [UInt8](repeating: 0xff, count: 10 << 20)
      let headers = Sample.genuine + (chunked ? ["Transfer-Encoding: chunked"] : [])
      #expect(try site.post("/webhook/erp", most, headers: headers).status == 200)
      let script = Self.recipe("base64", length: most.count)
      let file = try #require(site.tasks().first)
      let back = try Tool.run("sh", ["-c", script, file.path])
      #expect(back.output == most)
      let over = try site.post("/webhook/erp", most + [0], headers: headers)
      #expect(over.status == 413)
      #expect(over["content-type"] == "application/problem+json")
      #expect(over.json["status"] as? Int == 413)
      #expect(site.stored().count == 1)
    }
  }

  @Test func `the responder's own limit answers 413 below nginx's`() throws {
    try Site.open(settings: "max_body: 1KiB") { site in
      let most = [UInt8](repeating: 0x20, count: 1024)
      #expect(try site.post("/webhook/erp", most, headers: Sample.genuine).status == 200)
      let over = try site.post("/webhook/erp", most + [0x20], headers: Sample.genuine)
      #expect(over.status == 413)
      #expect(isUUID(over.json["delivery"]))
      #expect(site.stored().count == 1)
    }
  }

  @Test func `a chunked body is stored as what it says, without its chunks`() throws {
    try Site.open { site in
      let reply = try site.sendRaw(
        "POST /webhook/erp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
          + Sample.genuine.joined(separator: "\r\n")
          + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n")
      #expect(reply.status == 200)
      let data = try #require(site.onlyTask()["data"] as? [String: Any])
      #expect(data["body"] as? [Int] == [1, 2])
      #expect(data["bodyBytes"] as? Int == 5)
    }
  }

  @Test(arguments: [
    ("gzip", "gzip -n"), ("gzip", "(dd bs=1 count=9 2>/dev/null | gzip; gzip)"),
    (
      "deflate",
      "python3 -c 'import sys, zlib; sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read()))'"
    ),
  ])
  func `a compressed body is stored as it was before it was compressed`(
    coding: String, command: String
  ) throws {
    try Site.open { site in
      let sent = Self.cases[0]
      let compressed = try Tool.run("sh", ["-c", command], input: sent.body).output
      let headers =
        Sample.genuine + ["Content-Type: application/json", "Content-Encoding: \(coding)"]
      #expect(try site.post("/webhook/erp", compressed, headers: headers).status == 200)
      let file = try #require(site.tasks().first)
      let data = try #require(Site.members(of: file)["data"] as? [String: Any])
      #expect(data["contentEncoding"] as? String == coding)
      let back = try Tool.run(
        "sh", ["-c", Self.recipe("json", length: sent.body.count), file.path])
      #expect(back.output == sent.body)
      let other = Sample.genuine + ["Content-Encoding: br"]
      let refused = try site.post("/webhook/erp", compressed, headers: other)
      #expect(refused.status == 415)
      #expect(refused["accept-encoding"] == "gzip, deflate")
      #expect(
        try site.post("/webhook/erp", Array(compressed.dropLast()), headers: headers).status == 400)
      #expect(site.stored().count == 1)
    }
  }
}
