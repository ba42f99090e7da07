import Foundation
import Testing

@testable import Harness

extension Faults {
  /// Deliveries that were acknowledged from the write-ahead log can't be published, or not yet.
  @Suite struct LogFaultTests {
    @Test(arguments: ["rename", "flush-file-system", "flush-directory", "close-directory"])
    func `publishing fails after the 2xx: it is made up for as soon as that works again`(
      _ calls: String
    ) throws {
      try Station.open(.log, faults: []) { station in
        // One whose name was not flushed comes again.
        let checker = Checker(station, mayRepeat: true)
        #expect(try station.deliver(0).status == 200)
        try until("it is published") { try checker.findings(acknowledged: [0]).isEmpty }
        try station.order("fail \(calls) 1+ EIO")
        var acknowledged = [0]
        for number in 1...20 where try station.deliver(number).status == 200 {
          acknowledged.append(number)
        }
        #expect(acknowledged.count > 1, "the log itself works")
        #expect(station.takeBackOrder())
        try until("all of them are published") {
          try checker.findings(acknowledged: acknowledged).isEmpty
        }
        try until("a delivery is taken again") { try station.deliver(21).status == 200 }
        #expect(station.stop() == 0)
        #expect(try checker.findings(acknowledged: acknowledged + [21]) == [])
      }
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func `the end comes before they are published: they are at the next start`(
      _ signal: Int32
    ) throws {
      try Station.open(.log, faults: [], settings: "deadline: 2s") { station in
        try Self.leaveUnpublished(in: station, endingWith: signal)
        try station.start()
        let checker = Checker(station)
        try until("all are published") { try checker.findings(acknowledged: 1...20).isEmpty }
        #expect(station.stop() == 0)
        #expect(try checker.findings(acknowledged: 1...20) == [])
      }
    }

    @Test func `a damaged group is kept aside and reported, and all others are published`() throws {
      try Station.open(.log, faults: []) { station in
        try Self.leaveUnpublished(in: station, endingWith: SIGKILL)
        let segment = station.state.appending(path: "wal/0007.log")
        var bytes = try Data(contentsOf: segment)
        let damaged = 4096 * 5 + 600
        try #require(bytes[damaged] != 0)
        bytes[damaged] ^= 1
        try bytes.write(to: segment)
        try station.start()
        let checker = Checker(station)
        try until("all others are published") {
          try checker.findings(acknowledged: 1...20).count <= Station.spools.count
        }
        #expect(try !checker.findings(acknowledged: 1...20).isEmpty)
        #expect(
          station.folder.text("log/responder.log").contains("is incomplete; kept as unreadable-"))
        let kept = try FileManager.default.contentsOfDirectory(
          atPath: segment.deletingLastPathComponent().path
        ).filter { $0.hasPrefix("unreadable-") }
        #expect(kept.count == 1)
        #expect(station.stop() == 0)
      }
    }

    @Test func `a flush of the log fails: no 2xx, and 503 until a probe succeeds`() throws {
      try Station.open(.log, faults: []) { station in
        #expect(try station.deliver(1).status == 200)
        try station.order("fail flush-log 1+ EIO")
        #expect(try station.deliver(2).status == 503)
        #expect(station.takeBackOrder())
        try until("a delivery is taken again") { try station.deliver(3).status == 200 }
        #expect(station.stop() == 0)
        // The third delivery may have been refused a few times, and be stored each time. The first
        // comes again if it was being published when its file system was distrusted.
        let checker = Checker(station, resent: [3], mayRepeat: true)
        #expect(try checker.findings(acknowledged: [1, 3]) == [])
      }
    }

    /// Acknowledges the deliveries 1 to 20, and ends the responder before any is published.
    private static func leaveUnpublished(
      in station: Station, endingWith signal: Int32
    ) throws {
      try station.order("delay flush-file-system 600000")
      for number in 1...20 { #expect(try station.deliver(number).status == 200) }
      #expect(try isEmpty(station, "new"))
      station.responder?.send(signal)
      _ = station.responder?.wait()
      #expect(station.takeBackOrder())
      #expect(try isEmpty(station, "new"))
    }

    private static func isEmpty(_ station: Station, _ place: String) throws -> Bool {
      let checker = Checker(station)
      return try Station.spools.allSatisfy { try checker.names(in: $0, place).isEmpty }
    }
  }
}
