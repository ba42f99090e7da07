import Foundation
import Testing

@testable import Harness

/// `levelwind explain`.
@Suite(.showingLogs) struct ExplainTests {
  @Test func `a delivery that would be accepted`() throws {
    let said = try Explained(Explained.genuine, "github")
    #expect(said.status == 0, "\(said.errors)")
    let lines = said.text.split(separator: "\n").filter { !$0.hasPrefix("task for") }
    #expect(
      lines.joined(separator: "\n") == """
        pre-processor 1, addresses: observed, would have failed: address 127.0.0.1 is in none of 1 \
        ranges
        pre-processor 2, sender: passed, sender:github, with github
        accepted
        verified: sender:github
        the sender's delivery id: 72d3162e
        incoming pushes: 1 task
        answer: 200
          Content-Type: application/json
          {"id":"ID","tasks":1}
        """)
  }

  @Test func `the same for programs`() throws {
    let said = try Explained(
      Explained.genuine, "github", "--json", "--at", "2026-11-23T18:49:06Z", "--remote", "192.0.2.7"
    )
    #expect(said.status == 0, "\(said.errors)")
    #expect(
      said.text == """
        {"verdict":"accepted","answer":{"status":200,"headers":{"Content-Type":"application/json"},\
        "body":"{\\"id\\":\\"ID\\",\\"tasks\\":1}\\n"},"delivery":"ID","verified":"sender:github",\
        "webhook":"github","senderdelivery":"72d3162e","steps":[{"check":"addresses","index":0,\
        "outcome":"passed","verified":"address:192.0.2.0/24"},{"check":"sender","index":1,\
        "outcome":"passed","verified":"sender:github","secret":"github"}],"routes":[{"incoming":\
        "pushes","outcome":"tasks","tasks":1}],"tasks":[{"incoming":\
        "pushes","place":"new","bytes":860,"task":{"specversion":"1.0","id":"ID","source":"/webhook/github",\
        "type":"levelwind.task","subject":"pushes","time":"2026-11-23T18:49:06.000000Z",\
        "datacontenttype":"application/json","webhook":"github","incoming":"pushes","delivery":"ID",\
        "senderdelivery":"72d3162e","taskindex":0,"taskcount":1,"traceparent":"TRACE","data":{"method":"POST","path":\
        "/hook","query":"","remote":"192.0.2.7","verified":"sender:github","headers":{\
        "x-hub-signature-256":"sha256=\(Explained.signature)","x-github-delivery":"72d3162e",\
        "content-type":"text/plain"},"contentType":"text/plain","bodyBytes":13,"bodySha256":\
        "dffd6021bb2bd5b0af676290809ec3a53191dd81c7f70a4b28688a362182986f","bodyEncoding":"text",\
        "body":"Hello, World!"}}}]}

        """)
  }

  @Test func `a delivery that would be refused, without the signature that was expected`() throws {
    let said = try Explained(
      Explained.genuine.replacing("Hello", with: "Hallo"), "github", "--json", "--remote",
      "192.0.2.7")
    #expect(said.status == 1)
    #expect(
      said.text == """
        {"verdict":"rejected","answer":{"status":401,"headers":{"Content-Type":\
        "application/problem+json"},"body":"{\\"title\\":\\"Unauthorized\\",\\"status\\":401,\
        \\"delivery\\":\\"ID\\"}\\n"},"delivery":"ID","verified":"none","webhook":"github",\
        "check":"sender","reason":"the signature in X-Hub-Signature-256 is not right for any key \
        that is in use","steps":[{"check":"addresses","index":0,"outcome":"passed","verified":\
        "address:192.0.2.0/24"},{"check":"sender","index":1,"outcome":"failed","reason":\
        "the signature in X-Hub-Signature-256 is not right for any key that is in use"}],\
        "routes":[],"tasks":[]}

        """)
  }

  @Test func `a handshake`() throws {
    let said = try Explained(
      "GET /a?hub.mode=subscribe&hub.challenge=115&hub.verify_token=meatyhamhock HTTP/1.1\r\n\r\n",
      "meta", "--json")
    #expect(said.status == 0)
    #expect(
      said.text == """
        {"verdict":"answered","answer":{"status":200,"headers":{"Content-Type":"text/plain",\
        "X-Content-Type-Options":"nosniff"},"body":"115"},"delivery":"ID","verified":"none",\
        "webhook":"meta","steps":[{"check":"sender","index":0,"outcome":"answered"}],\
        "routes":[],"tasks":[]}

        """)
  }

  @Test func `routing, items and the tasks that would be written`() throws {
    let message = """
      POST / HTTP/1.1
      Content-Type: application/json

      {"entity":"order","lines":[{"n":1.10},\n {"n" : 2}]}
      """
    let said = try Explained(message, "shop")
    #expect(said.status == 0, "\(said.errors)")
    #expect(
      said.text.split(separator: "\n").filter { $0.hasPrefix("incoming") } == [
        "incoming pushes: 1 task", "incoming lines: 2 tasks",
        "incoming stock: not wanted by its filter",
        "incoming records: whole into failed/: line 1: a quoted field that begins in line 1 "
          + "has text after its closing quote",
      ])
    let json = try JSONSerialization.jsonObject(
      with: Data(try Explained(message, "shop", "--json").text.utf8))
    let explained = try #require(json as? [String: Any])
    let routes = try #require(explained["routes"] as? [[String: Any]])
    #expect(
      routes.map { $0["outcome"] as? String } == ["tasks", "tasks", "unwanted", "failed"])
    let tasks = try #require(explained["tasks"] as? [[String: Any]])
    #expect(
      tasks.map { "\($0["incoming"] ?? "") \($0["place"] ?? "")" } == [
        "pushes new", "lines new", "lines new", "records failed",
      ])
    let line = try #require(tasks[2]["task"] as? [String: Any])
    #expect(line["type"] as? String == "shop.order")
    #expect(line["taskindex"] as? Int == 1)
  }

  @Test func `the clock is set, by seconds or RFC 3339`() throws {
    let body = #"{"type":"event_callback"}"#
    let key = try Tool.run(
      "openssl", ["dgst", "-sha256", "-hmac", "s3", "-r"],
      input: Array("v0:1790000000:\(body)".utf8))
    let code = key.text.prefix { $0 != " " }
    let message = """
      POST / HTTP/1.1\r\nX-Slack-Request-Timestamp: 1790000000\r\n\
      X-Slack-Signature: v0=\(code)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
      """
    for (at, status) in [
      ("1790000000", Int32(0)), ("2026-09-21T14:13:20Z", 0), ("1790000300.5", 1), ("1789999000", 1),
    ] {
      #expect(try Explained(message, "slack", "--at", at).status == status, "\(at)")
    }
    #expect(try Explained(message, "slack", "--at", "yesterday").status == 64)
  }

  @Test func `the public URL is set`() throws {
    let code = try Tool.run(
      "openssl", ["dgst", "-sha1", "-hmac", "12345", "-binary"],
      input: Array("https://example.org/a?foo=1CallSidCA1".utf8))
    let message = """
      POST /hook?foo=1 HTTP/1.1
      Content-Type: application/x-www-form-urlencoded
      X-Twilio-Signature: \(Data(code.output).base64EncodedString())

      CallSid=CA1
      """
    #expect(try Explained(message, "twilio", "--url", "https://example.org/a?foo=1").status == 0)
    #expect(try Explained(message, "twilio", "--url", "https://example.org/b").status == 1)
  }

  @Test func `a webhook that there isn't would be a 404`() throws {
    let said = try Explained(Explained.genuine, "nothing", "--json")
    #expect(said.status == 1)
    #expect(said.text.hasPrefix(#"{"verdict":"rejected","answer":{"status":404,"#))
    #expect(try Explained(Explained.genuine, "No/Identifier").status == 64)
  }
}
