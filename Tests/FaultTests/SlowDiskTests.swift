import Foundation
import Testing

@testable import Harness

extension Faults {
  @Suite struct SlowDiskTests {
    @Test(arguments: [Station.Way.log, .plain])
    func `with flushes of 2 s, everybody is answered by the deadline and a second`(
      _ way: Station.Way
    ) throws {
      // A delivery makes four flushes, one after the other, or a single one.
      try Station.open(way, faults: [], settings: "threads: 8\ndeadline: 9s") { station in
        let process = RunningProcess(pid: try #require(station.responder?.pid))
        try station.order("delay flush 2000")
        let load = Load(to: station, senders: 64)
        defer { load.stop() }
        try until("some are acknowledged, and some refused where all can't be") {
          load.count { $0.status == 200 } > 64
            || load.count { $0.status == 200 } > 0 && load.count { $0.status == 503 } > 0
        }
        let threads = process.threads.count
        load.stop()
        #expect(station.takeBackOrder())
        let slowest = try #require(load.outcomes.map(\.duration).max())
        #expect(slowest < .seconds(10))
        #expect(load.outcomes.allSatisfy { $0.status == 200 || $0.status == 503 })
        // The limit: threads of the listener and of the spools, and a few others.
        #expect(threads <= 2 * 8 + 16)
        #expect(try #require(process.peakMemory) < 128 << 20)
        #expect(station.stop() == 0)
        #expect(try Checker(station).findings(acknowledged: load.acknowledged) == [])
      }
    }

    @Test(arguments: [Station.Way.log, .plain])
    func `a reload that hangs does not keep anybody from ending it`(_ way: Station.Way) throws {
      try Station.open(way, faults: [], settings: "threads: 2\ndeadline: 1s") { station in
        try station.order("delay open-directory 600000")
        let responder = try #require(station.responder)
        responder.send(SIGHUP)
        try until("the reload has begun") {
          station.folder.text("record").contains("open-directory")
            && station.folder.text("log/responder.log").contains("configuration")
        }
        let start = ContinuousClock.now
        #expect(station.stop() == 0)
        #expect(.now - start < .seconds(6))
      }
    }

    @Test(arguments: [Station.Way.log, .plain])
    func `a flush that hangs does not hold up the end`(_ way: Station.Way) throws {
      try Station.open(way, faults: [], settings: "threads: 2\ndeadline: 1s") { station in
        try station.order("delay flush 600000")
        #expect(try station.deliver(0).status == 503)
        let start = ContinuousClock.now
        #expect(station.stop() == 0)
        // The deadline and two seconds, with one second more for the machine.
        #expect(.now - start < .seconds(4))
      }
    }
  }
}
