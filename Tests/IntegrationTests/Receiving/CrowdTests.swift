import Testing

@testable import Harness

@Suite(.showingLogs) struct CrowdTests {
  @Test func `64 clients at once are all served, each task once`() throws {
    try Site.open { site in
      let statuses = try Crowd(0..<640, atOnce: 64, to: site).statuses()
      #expect(statuses.count == 640)
      #expect(statuses.values.allSatisfy { $0 == 200 })
      let stored = try Crowd.stored(in: site)
      #expect(stored.count == 640)
      #expect(Set(stored).count == 640)
    }
  }

  @Test func `names in a spool sort by arrival`() throws {
    try Site.open { site in
      for number in 0..<20 {
        #expect(try site.deliver(#"{"number":\#(number)}"#).status == 200)
      }
      let stored = try Crowd.stored(in: site)
      #expect(stored == Array(0..<20))
    }
  }

  @Test func `peers that say nothing, or not enough, do not hold the others up`() throws {
    try Site.open(settings: "threads: 2") { site in
      // One peer stalls in the middle of a record, and holds a thread until it is cut off.
      let peers = try (0...16).map { _ in try FastCGIClient(path: site.socket) }
      try peers[0].send([1])
      let statuses = try Crowd(0..<64, atOnce: 16, to: site).statuses()
      #expect(statuses.count == 64)
      #expect(statuses.values.allSatisfy { $0 == 200 })
      #expect(site.stop() == 0)
      withExtendedLifetime(peers) {}
    }
  }
}
