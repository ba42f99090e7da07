import Foundation
import Testing

@testable import Harness

/// Requests that are made to be misread.
@Suite(.showingLogs) struct MessageTests {
  static func request(_ headers: [String], _ body: String) -> String {
    let head = ["POST /webhook/erp HTTP/1.1", "Host: localhost", "Connection: close"]
    return (head + Sample.genuine + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
  }

  struct Case {
    let what: String
    let headers: [String]
    let body: String
  }

  static let smuggling = [
    Case(
      what: "Content-Length with Transfer-Encoding",
      headers: ["Content-Length: 5", "Transfer-Encoding: chunked"], body: "0\r\n\r\nX"),
    Case(
      what: "two Content-Lengths", headers: ["Content-Length: 2", "Content-Length: 3"], body: "[1]"),
    Case(what: "folded header", headers: ["X-A: 1", " 2", "Content-Length: 2"], body: "[]"),
    Case(what: "negative length", headers: ["Content-Length: -2"], body: "[]"),
    Case(what: "NUL in a header", headers: ["X-A: \0", "Content-Length: 2"], body: "[]"),
    Case(
      what: "bare CR in a header", headers: ["X-A: 1\rX-B: 2", "Content-Length: 2"], body: "[]"),
  ]

  @Test func `a message with two readings is refused, and stores nothing`() throws {
    try Site.open { site in
      for sent in Self.smuggling {
        let reply = try site.sendRaw(Self.request(sent.headers, sent.body))
        #expect(reply.status == 400, "\(sent.what)")
      }
      #expect(site.stored() == [])
    }
  }

  @Test func `a client that hangs up in the middle of a body stores nothing`() throws {
    try Site.open { site in
      for length in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        let partial = length.hasPrefix("C") ? #"{"entity":"# : "4\r\n{\"en"
        _ = try site.sendRaw(Self.request([length], partial), waiting: false)
      }
      #expect(try site.deliver().status == 200)
      #expect(site.stored().count == 1)
      #expect(try site.logged(1).count == 1)
    }
  }

  @Test func `what a sender claims of itself is not believed`() throws {
    try Site.open { site in
      let reply = try site.deliver(headers: [
        "Proxy: http://evil.example", "X-Forwarded-For: 10.9.8.7", "X-Real-IP: 10.9.8.7",
        "Forwarded: for=10.9.8.7", "Request-Id: forged", "X-Request-Id: forged", "Https: off",
      ])
      #expect(reply.status == 200)
      #expect(reply["x-request-id"]?.count == 32)
      let data = try #require(site.onlyTask()["data"] as? [String: Any])
      #expect(data["remote"] as? String == "127.0.0.1")
      let headers = try #require(data["headers"] as? [String: String])
      #expect(headers["proxy"] == nil)
      #expect(headers["x-forwarded-for"] == "10.9.8.7")
      let line = try site.logged(1)[0]
      #expect(line["remote"] as? String == "127.0.0.1")
    }
  }

  @Test func `repeated headers that prove nothing are joined, and secrets left out`() throws {
    try Site.open { site in
      let reply = try site.deliver(headers: [
        "X-Event: one", "X-Event: two", "Authorization: Basic abc", "Cookie: a=b",
      ])
      #expect(reply.status == 200)
      let data = try #require(site.onlyTask()["data"] as? [String: Any])
      let headers = try #require(data["headers"] as? [String: String])
      #expect(headers["x-event"] == "one, two")
      #expect(headers["content-type"] == "application/json")
      for secret in ["authorization", "cookie", "x-webhook-secret"] {
        #expect(headers[secret] == nil)
      }
    }
  }
}
