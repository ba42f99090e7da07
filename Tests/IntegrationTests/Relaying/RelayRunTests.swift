import Foundation
import Testing

@testable import Harness

/// `levelwind-relay` with any kind of relay: the order of tasks by key, and `check`.
@Suite struct RelayRunTests {
  @Test func `check connects to a server, and sends nothing`() throws {
    let target = try HTTPTarget()
    defer { target.stop() }
    let port = try freePort()
    for (url, words) in [
      (target.url("/ok"), "stock: works"),
      ("http://127.0.0.1:\(port)/", "stock: the connection failed: "),
      ("https://127.0.0.1:\(target.port)/", "stock: the connection failed: "),
      ("http://nowhere.invalid/", "stock: nowhere.invalid has no address"),
    ] {
      try RelayedSpool.open("type: http, url: \"\(url)\", allow_private: [127.0.0.0/8]") { spool in
        try spool.site.add("1")
        let said = try spool.check()
        #expect(said.hasPrefix(words), "\(said)")
        #expect(spool.site.names("new").count == 1)
      }
    }
    #expect(target.requests.isEmpty)
  }

  @Test func `two relays beside each other keep the order of a key, and the second takes over`()
    throws
  {
    let target = try HTTPTarget()
    defer { target.stop() }
    try RelayedSpool.open(
      "type: http, url: \"\(target.url("/first/503"))\", allow_private: [127.0.0.0/8], "
        + "order_by: .data.body.key, concurrency: 8, breaker: {failures: 1000}"
    ) { spool in
      let first = try spool.start()
      defer { first.stop() }
      try spool.site.add(#"{"key":0}"#)
      try until("the first works") { spool.isEmpty }
      let second = try spool.start()
      defer { second.stop() }
      try until("the second waits") {
        spool.site.folder.text("relay.log").contains("waiting for its end")
      }
      for number in 10...19 {
        for key in 1...3 { try spool.site.add("{\"key\":\(key),\"n\":\(number)}") }
      }
      try until("some are sent") { target.requests.count > 10 }
      first.send(SIGKILL)
      _ = first.wait()
      try until("all are carried on") { spool.isEmpty }
      for key in 1...3 {
        let arrived = target.requests.map(\.body).filter { $0.hasPrefix("{\"key\":\(key)") }
        #expect(arrived == arrived.sorted(), "a later one came first: \(arrived)")
        #expect(Set(arrived).count == 10)
      }
    }
  }
}
