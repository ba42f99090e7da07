import Bytes
import Glibc
import Testing

@testable import FastCGI
@testable import Harness

/// What the front does for the workers, and how many requests are served at once.
@Suite struct ConnectionsTests {
  @Test func `the front looks again after a request, and watches when none has come`() throws {
    let wakeUp = try WakeUp.make()
    let connections = try Connections(limit: 1, wakeUp: wakeUp)
    wakeUp.signal()
    var events = Array(repeating: connections.front.next(), count: 4)
    wakeUp.clear()
    func wakes() -> Bool { connections.front.wait(&events, milliseconds: 0) > 0 }
    func looks(isAgain: Bool) -> Bool { connections.takeEvents(&events, isAgain: isAgain) }
    let pairs = try (0..<2).map { _ in try Self.pair() }
    for (ours, _) in pairs { #expect(connections.admit(ours)) }

    #expect(write(pairs[0].theirs, "x", 1) == 1)
    #expect(wakes())
    #expect(looks(isAgain: false), "a request has come")
    #expect(connections.waiting == 1)
    #expect(!wakes(), "the front looks by itself")
    #expect(!looks(isAgain: true), "none has come since")

    #expect(write(pairs[1].theirs, "x", 1) == 1)
    #expect(wakes(), "the front watches again")
    for (ours, theirs) in pairs {
      close(ours)
      close(theirs)
    }
  }

  @Test func `requests that were passed on count among those that are served at once`() throws {
    let held = Held()
    let service = try Service(threads: 2) { (exchange: consuming Exchange) in held.take(exchange) }
    let clients = try (0..<4).map { _ in try service.client() }
    for client in clients {
      try client.beginRequest([("REQUEST_METHOD", "GET")])
      try client.endBody()
    }
    try until("two are served, and two wait") {
      held.count == 2 && service.listener.counters.busy == 2
        && service.listener.counters.waiting == 2
    }
    for served in 1...4 {
      held.replyToOne()
      try until("the next one is served") { held.count == min(2, 4 - served) }
    }
    for client in clients { #expect(try client.reply().status == 200) }
    service.stop()
    #expect(service.listener.counters.busy == 0)
    #expect(service.listener.counters.waiting == 0)
  }

  @Test func `requests that wait are served in the order in which they came`() throws {
    let served = Mutex<[[UInt8]]>([])
    let held = Held()
    let service = try Service(threads: 1) { (exchange: consuming Exchange) in
      served.withLock { $0.append(exchange.value(of: "NUMBER") ?? []) }
      held.take(exchange)
    }
    let numbers = (0..<20).map { "\($0)" }
    let clients = try numbers.map { _ in try service.client() }
    for (waiting, (client, number)) in zip(clients, numbers).enumerated() {
      try client.beginRequest([("REQUEST_METHOD", "GET"), ("NUMBER", number)])
      try client.endBody()
      try until("it waits") {
        held.count == 1 && service.listener.counters.waiting == waiting
      }
    }
    for client in clients {
      try until("one is served") { held.count == 1 }
      held.replyToOne()
      #expect(try client.reply().status == 200)
    }
    #expect(served.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } == numbers)
  }

  private static func pair() throws -> (ours: Int32, theirs: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    return (ends[0], ends[1])
  }
}

/// Requests that nobody has answered yet.
private final class Held: Sendable {
  private final class Box: Sendable {
    private let exchange: Mutex<Exchange?>
    init(_ exchange: consuming sending Exchange) { self.exchange = Mutex(exchange) }
    func reply() {
      if let exchange = exchange.withLock({ $0.take() }) { _ = try? exchange.reply(status: 200) }
    }
  }
  private let boxes = Mutex<[Box]>([])

  var count: Int { boxes.withLock { $0.count } }

  func take(_ exchange: consuming sending Exchange) {
    let box = Box(exchange)
    boxes.withLock { $0.append(box) }
  }

  func replyToOne() { boxes.withLock { $0.popLast() }?.reply() }
}
