import Bytes
import Glibc
import Testing

@testable import FastCGI
@testable import Harness

/// A body counts as read only if it is whole.
@Suite struct BodyTests {
  /// Replies with the body's length and a checksum, or with the error.
  private static let reader: Listener.Handler = { (exchange: consuming Exchange) in
    let text: String
    do throws(BodyError) {
      let body = try exchange.readBody(limit: 10 << 20)
      text = summary(body)
    } catch {
      text = "\(error)"
    }
    _ = try? exchange.reply(status: 200, body: Array(text.utf8))
  }

  private static func summary(_ body: [UInt8]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in body { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "\(body.count) \(hash)"
  }

  private static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
  }

  @Test(arguments: [0, 1, 8_191, 65_535, 65_536, 262_144, 262_145, 10 << 20])
  func `a body comes byte for byte, and so does the next`(count: Int) throws {
    let service = try Service(Self.reader)
    let client = try service.client()
    let body = Self.bytes(count)
    for _ in 0..<2 { #expect(try client.post(body).text == Self.summary(body)) }
    service.stop()
  }

  struct Bad: CustomTestStringConvertible {
    let what: String
    let announced: String
    let sent: Int
    let expected: BodyError
    var testDescription: String { what }
  }

  @Test(arguments: [
    Bad(what: "shorter", announced: "10", sent: 9, expected: .incomplete),
    Bad(what: "nothing came", announced: "10", sent: 0, expected: .incomplete),
    Bad(what: "longer", announced: "10", sent: 11, expected: .incomplete),
    Bad(what: "much longer", announced: "10", sent: 200_000, expected: .incomplete),
    Bad(
      what: "announced too large", announced: "10485761", sent: 5,
      expected: .tooLarge(announced: 10_485_761)),
    Bad(what: "negative", announced: "-2", sent: 1, expected: .unreadable),
    Bad(
      what: "unknown and too large", announced: "", sent: 10_485_761,
      expected: .tooLarge(announced: nil)),
    Bad(what: "signed", announced: "+1", sent: 1, expected: .unreadable),
    Bad(what: "hexadecimal", announced: "0x1", sent: 1, expected: .unreadable),
    Bad(what: "with a space", announced: "1 ", sent: 1, expected: .unreadable),
    Bad(
      what: "more than a machine word", announced: "18446744073709551617", sent: 1,
      expected: .unreadable),
  ])
  func `a body that is not as announced is an error, and the connection lives`(bad: Bad) throws {
    let service = try Service(Self.reader)
    let client = try service.client()
    let reply = try client.post(Self.bytes(bad.sent), announced: bad.announced)
    #expect(reply.text == "\(bad.expected)")
    #expect(try client.post(Self.bytes(3)).text == Self.summary(Self.bytes(3)))
    service.stop()
  }

  @Test func `no memory is taken for what is only announced`() throws {
    let service = try Service { (exchange: consuming Exchange) in
      let error: BodyError?
      do throws(BodyError) {
        _ = try exchange.readBody(limit: .max)
        error = nil
      } catch let thrown {
        error = thrown
      }
      _ = try? exchange.reply(status: error == .incomplete ? 400 : 200)
    }
    let reply = try service.client().post([1, 2, 3], announced: "\(Int.max)")
    #expect(reply.status == 400)
    service.stop()
  }

  /// `announced` is CONTENT_LENGTH; nil leaves the variable out.
  @Test(
    arguments: ["-1", "", nil] as [String?], [0, 1, 8_191, 8_192, 8_193, 65_536, 300_000, 10 << 20])
  func `a body whose length the web server can't say ends where its stream does`(
    announced: String?, count: Int
  ) throws {
    let service = try Service(Self.reader)
    let client = try service.client()
    let body = Self.bytes(count)
    let length = announced.map { [("CONTENT_LENGTH", $0)] } ?? []
    let parameters = [("REQUEST_METHOD", "POST")] + length
    for _ in 0..<2 {
      #expect(try client.exchange(parameters, body: body).text == Self.summary(body))
    }
    service.stop()
  }

  @Test func `a body of unknown length reserves its memory before it takes it`() throws {
    let asked = Mutex<[Int]>([])
    let service = try Service { (exchange: consuming Exchange) in
      var error: BodyError?
      do throws(BodyError) {
        _ = try exchange.readBody(limit: 10 << 20) { bytes in
          asked.withLock { $0.append(bytes) }
          return bytes < 1 << 20
        }
      } catch let thrown {
        error = thrown
      }
      _ = try? exchange.reply(status: 200, body: Array("\(error.map { "\($0)" } ?? "read")".utf8))
    }
    #expect(try service.client().exchange(body: Self.bytes(8_000)).text == "read")
    #expect(asked.withLock { $0 }.isEmpty)
    #expect(try service.client().exchange(body: Self.bytes(200_000)).text == "read")
    #expect(asked.withLock { $0.allSatisfy { $0 > 200_000 } && !$0.isEmpty })
    #expect(try service.client().exchange(body: Self.bytes(2 << 20)).text == "refused")
    service.stop()
  }

  @Test func `a body of unknown length whose client hangs up isn't a whole body`() throws {
    let errors = Mutex<[BodyError]>([])
    let service = try Service { (exchange: consuming Exchange) in
      do throws(BodyError) {
        _ = try exchange.readBody(limit: 100)
      } catch {
        errors.withLock { $0.append(error) }
      }
      _ = try? exchange.reply(status: 400)
    }
    do {
      let client = try service.client()
      try client.beginRequest([("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", "-1")])
      try client.sendBody(Self.bytes(50))
    }
    try until("the reply is lost") { service.listener.counters.lostReplies == 1 }
    #expect(errors.withLock { $0 } == [.incomplete])
    service.stop()
  }

  @Test func `a body is read once`() throws {
    let service = try Service { (exchange: consuming Exchange) in
      let first = try? exchange.readBody(limit: 10)
      let second = try? exchange.readBody(limit: 10)
      _ = try? exchange.reply(status: first?.count == 3 && second == nil ? 200 : 500)
    }
    #expect(try service.client().post([1, 2, 3]).status == 200)
    service.stop()
  }

  @Test func `a body whose client hangs up isn't whole`() throws {
    let errors = Mutex<[BodyError]>([])
    let service = try Service { (exchange: consuming Exchange) in
      do throws(BodyError) {
        _ = try exchange.readBody(limit: 100)
      } catch {
        errors.withLock { $0.append(error) }
      }
      _ = try? exchange.reply(status: 400)
    }
    do {
      let client = try service.client()
      try client.beginRequest([("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", "100")])
      try client.sendBody(Self.bytes(50))
    }
    try until("the reply is lost") { service.listener.counters.lostReplies == 1 }
    #expect(errors.withLock { $0 } == [.incomplete])
    service.stop()
    #expect(service.listener.counters.connections == 0)
  }

  @Test func `a body that stalls gives its thread back`() throws {
    let service = try Service(threads: 1, ioTimeout: .milliseconds(200), Self.reader)
    let stalled = try service.client()
    try stalled.beginRequest([("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", "100")])
    try stalled.sendBody(Self.bytes(50))
    #expect(try service.client().post([7]).text == Self.summary([7]))
    #expect(try stalled.reply().text == "incomplete")
    #expect(try stalled.isClosed())
    service.stop()
  }

  @Test func `a body that comes in drops gives its thread back`() throws {
    let service = try Service(threads: 1, ioTimeout: .milliseconds(500), Self.reader)
    let dripping = try service.client()
    try dripping.beginRequest([("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", "1000000")])
    var answered = pollfd(fd: dripping.descriptor, events: Int16(POLLIN), revents: 0)
    for _ in 0..<1_500 where poll(&answered, 1, 20) == 0 { try dripping.sendBody([7]) }
    #expect(answered.revents != 0, "while it still drips")
    #expect(try dripping.reply().text == "incomplete")
    #expect(try service.client().post([7]).text == Self.summary([7]))
    service.stop()
  }

  @Test(arguments: [0, 100, 200_000])
  func `an unread body is out of the way of the next request`(count: Int) throws {
    let service = try Service { (exchange: consuming Exchange) in
      _ = try? exchange.reply(status: 413)
    }
    let client = try service.client()
    for _ in 0..<3 { #expect(try client.post(Self.bytes(count)).status == 413) }
    service.stop()
    #expect(service.listener.counters.protocolErrors == 0)
  }

  @Test func `a large unread body gets its reply, and the connection ends`() throws {
    let service = try Service { (exchange: consuming Exchange) in
      _ = try? exchange.reply(status: 413)
    }
    for _ in 0..<20 {
      let client = try service.client()
      #expect(try client.post(Self.bytes(2 << 20)).status == 413)
      shutdown(client.descriptor, Int32(SHUT_WR))
      #expect(try client.isClosed())
    }
    service.stop()
  }
}
