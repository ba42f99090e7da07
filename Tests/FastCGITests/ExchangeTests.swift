import Bytes
import Testing

@testable import FastCGI
@testable import Harness

/// A request as its handler sees it, and a reply as the web server sees it.
@Suite struct ExchangeTests {
  @Test func `a request and its reply`() throws {
    let service = try Service { (exchange: consuming Exchange) in
      let method = exchange.value(of: "REQUEST_METHOD") ?? []
      _ = try? exchange.reply(
        status: 202, headers: [("X-Method", String(decoding: method, as: UTF8.self))],
        body: Array("taken".utf8))
    }
    let reply = try service.client().exchange()
    #expect(reply.status == 202)
    #expect(
      reply.lines == [
        "x-content-type-options: nosniff", "x-method: GET", "content-length: 5",
      ])
    #expect(reply.text == "taken")
    service.stop()
  }

  @Test func `parameters are kept apart, in order, as bytes`() throws {
    let seen = Mutex<[Parameter]>([])
    let service = try Service { (exchange: consuming Exchange) in
      let parameters = exchange.parameters
      seen.withLock { $0 = parameters }
    }
    let long = String(repeating: "x", count: 40_000)
    let sent = [
      ("HTTP_X_A", "1"), ("EMPTY", ""), ("HTTP_X_A", "2=3"), (long, "value"), ("LONG", long),
      ("HTTP_X_LATIN", "\u{e9}"), ("LAST", String(repeating: "y", count: 128)),
    ]
    _ = try service.client().exchange(sent)
    service.stop()
    let expected = sent.map { Parameter(name: Array($0.0.utf8), value: Array($0.1.utf8)) }
    #expect(seen.withLock { $0 } == expected)
  }

  @Test func `a value is the first one, and values are all of them`() throws {
    let service = try Service { (exchange: consuming Exchange) in
      let values = exchange.values(of: "HTTP_A").map { String(decoding: $0, as: UTF8.self) }
      let first = exchange.value(of: "HTTP_A").map { String(decoding: $0, as: UTF8.self) } ?? "nil"
      let none = exchange.value(of: "HTTP_") == nil && exchange.value(of: "FCGI_ROLE") == nil
      _ = try? exchange.reply(
        status: 200, body: Array("\(first) \(values.joined(separator: ",")) \(none)".utf8))
    }
    let reply = try service.client().exchange([
      ("HTTP_AB", "0"), ("HTTP_A", "1"), ("HTTP_B", "9"), ("HTTP_A", "2"),
    ])
    #expect(reply.text == "1 1,2 true")
    service.stop()
  }

  @Test func `a handler that does not reply has sent a 500`() throws {
    let service = try Service { _ in }
    let client = try service.client()
    for _ in 0..<2 {
      let reply = try client.exchange()
      #expect(reply.status == 500)
      #expect(reply["content-type"] == "application/problem+json")
      #expect(reply["x-content-type-options"] == "nosniff")
    }
    service.stop()
    #expect(service.listener.counters.requests == 2)
  }

  @Test func `the reply to HEAD has no body, but its length`() throws {
    let service = try Service { (exchange: consuming Exchange) in
      _ = try? exchange.reply(status: 200, body: Array("four".utf8))
    }
    let reply = try service.client().exchange([("REQUEST_METHOD", "HEAD")])
    #expect(reply.lines == ["x-content-type-options: nosniff", "content-length: 4"])
    #expect(reply.body.isEmpty)
    service.stop()
  }

  @Test(arguments: [204, 304])
  func `a status without content goes without it`(status: Int) throws {
    let service = try Service { (exchange: consuming Exchange) in
      _ = try? exchange.reply(status: status, body: Array("four".utf8))
    }
    let reply = try service.client().exchange()
    #expect(reply.status == status)
    #expect(reply.lines == ["x-content-type-options: nosniff"])
    #expect(reply.body.isEmpty)
    service.stop()
  }

  @Test func `a reply larger than the library's buffer arrives whole`() throws {
    let body = [UInt8](repeating: UInt8(ascii: "z"), count: 3_000_000)
    let service = try Service { (exchange: consuming Exchange) in
      _ = try? exchange.reply(status: 200, body: body)
    }
    let client = try service.client()
    for _ in 0..<2 { #expect(try client.exchange().body == body) }
    service.stop()
  }

  struct BadHeader: CustomTestStringConvertible {
    let name: String
    let value: String
    var testDescription: String { "\(name): \(value)".debugDescription }
  }

  @Test(arguments: [
    BadHeader(name: "X-A", value: "1\r\nSet-Cookie: a=b"),
    BadHeader(name: "X-A", value: "1\nSet-Cookie: a=b"),
    BadHeader(name: "X-A", value: "1\r\n\r\n<html>"),
    BadHeader(name: "X-A", value: "1\u{0}2"),
    BadHeader(name: "X-A", value: "\u{1b}[31m"),
    BadHeader(name: "X-A: 1\r\nX-B", value: "1"),
    BadHeader(name: "X A", value: "1"),
    BadHeader(name: "", value: "1"),
    BadHeader(name: "Status", value: "200"),
    BadHeader(name: "content-length", value: "1"),
    BadHeader(name: "Transfer-Encoding", value: "chunked"),
  ])
  func `a header that can't go out as it stands refuses the reply`(header: BadHeader) throws {
    let errors = Mutex<[ReplyError]>([])
    let service = try Service { (exchange: consuming Exchange) in
      do throws(ReplyError) {
        try exchange.reply(status: 200, headers: [("X-B", "1"), (header.name, header.value)])
      } catch {
        errors.withLock { $0.append(error) }
      }
    }
    let reply = try service.client().exchange()
    #expect(reply.status == 500)
    #expect(errors.withLock { $0 } == [.badHeader(header.name)])
    service.stop()
  }

  @Test func `a status out of range and a second reply are refused`() throws {
    let errors = Mutex<[ReplyError]>([])
    let service = try Service { (exchange: consuming Exchange) in
      for status in [20, 199, 600, -1, .max, 201, 202] {
        do throws(ReplyError) {
          try exchange.reply(status: status)
        } catch {
          errors.withLock { $0.append(error) }
        }
      }
    }
    #expect(try service.client().exchange().status == 201)
    service.stop()
    let expected: [ReplyError] = [20, 199, 600, -1, .max].map { .badStatus($0) }
    #expect(errors.withLock { $0 } == expected + [.alreadyReplied])
  }

  @Test func `every status has a reason phrase`() {
    for status in 200...599 {
      #expect(StatusLine.of(status).wholeMatch(of: /\d{3} [A-Z][A-Za-z ]+/) != nil)
    }
  }
}
