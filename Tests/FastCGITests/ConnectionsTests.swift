import Bytes
import Testing

@testable import FastCGI
@testable import Harness

/// How many requests are served at once.
@Suite struct ConnectionsTests {
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
