import Foundation
import Testing

@testable import Harness

extension Faults {
  /// The file system of the state directory is in trouble, and with it the write-ahead log.
  @Suite struct StateTests {
    @Test(arguments: ["flush-log", "any@state/wal"])
    func `it hangs: everybody is answered by the deadline, and SIGTERM ends it`(
      _ calls: String
    ) throws {
      try Station.open(.log, faults: [], settings: "deadline: 2s") { station in
        #expect(try station.deliver(0).status == 200)
        try station.order("delay \(calls) 600000")
        let load = Load(to: station, senders: 8, from: 1)
        defer { load.stop() }
        try until("refusals") { load.count { $0.status == 503 } >= 16 }
        load.stop()
        #expect(load.outcomes.allSatisfy { $0.status == 503 && $0.hasRetryAfter })
        // The deadline, with one second more for the machine.
        #expect(load.outcomes.allSatisfy { $0.duration < .seconds(3) })
        let start = ContinuousClock.now
        #expect(station.stop() == 0)
        #expect(.now - start < .seconds(5))
        #expect(station.takeBackOrder())
        try station.start()
        // The checkpoint hung like the rest.
        let checker = Checker(
          station, resent: Set(load.outcomes.map(\.number)), mayRepeat: true)
        try until("what was acknowledged is there") {
          try checker.findings(acknowledged: [0]).isEmpty
        }
      }
    }

    @Test(
      .needs(.ext4, toProve: "what becomes of a state that is taken away"),
      arguments: [false, true])
    func `it is taken away and comes back: nothing acknowledged is lost, nothing made in its place`(
      _ isBroken: Bool
    ) throws {
      try Image.open(.ext4) { image in
        try Station.open(.log, faults: [], stateDisk: image.root) { station in
          // A directory below the mount point takes the state's place.
          let place = try Self.decoy(under: image)
          try station.order("delay flush-file-system@spool 600000")
          for number in 0..<20 { #expect(try station.deliver(number).status == 200) }
          if isBroken { try image.cutPower() }
          try image.takeAway()
          var acknowledged = Array(0..<20)
          for number in 20..<40 where try station.deliver(number).status == 200 {
            acknowledged.append(number)
          }
          #expect(isBroken == (acknowledged.count == 20))
          // A round looks for the state first, and then for a log that failed.
          let before = Self.looks(of: station)
          try until("two more rounds are over") { Self.looks(of: station) >= before + 3 }
          station.responder?.send(SIGKILL)
          _ = station.responder?.wait()
          #expect(!FileManager.default.fileExists(atPath: place.appending(path: "wal").path))
          #expect(station.takeBackOrder())
          try image.mount()
          try station.start()
          let checker = Checker(station)
          try until("all that was acknowledged is there") {
            try checker.findings(acknowledged: acknowledged).isEmpty
          }
          #expect(station.stop() == 0)
        }
      }
    }

    @Test(.needs(.ext4, toProve: "what becomes of a state that turns read-only"))
    func `it turns read-only under load: refused by the deadline, and nothing is lost`() throws {
      try Image.open(.ext4) { image in
        try Station.open(
          .log, stateDisk: image.root, settings: "deadline: 4s", keepsHistory: true
        ) { station in
          let load = Load(to: station, senders: 4)
          defer { load.stop() }
          try until("deliveries are taken") { load.acknowledged.count >= 100 }
          try image.turnReadOnly()
          try until("refusals") { load.count { $0.status == 503 } >= 20 }
          load.stop()
          #expect(load.count { $0.status != 200 && $0.status != 503 } == 0)
          #expect(load.count { $0.status == 503 && !$0.hasRetryAfter } == 0)
          // The deadline, with one second more for the machine.
          #expect(load.outcomes.allSatisfy { $0.duration < .seconds(5) })
          try until("the reason in the log") {
            station.folder.text("log/responder.log").contains("Read-only")
          }
          station.stop()
          try image.unmount()
          try image.mount()
          try station.start()
          #expect(try station.deliver(1_000_000).status == 200)
          let acknowledged = load.acknowledged + [1_000_000]
          let checker = Checker(
            station, resent: Set(load.outcomes.map(\.number)), mayRepeat: true)
          try until("all that was acknowledged is there") {
            try checker.findings(acknowledged: acknowledged).isEmpty
          }
          #expect(station.stop() == 0)
          try station.expectHistory(of: acknowledged.count)
        }
      }
    }

    /// Returns how often it was found out whether the state is still in its place.
    private static func looks(of station: Station) -> Int {
      station.folder.text("record").split(separator: "\n").count {
        $0.hasPrefix("leads ") && $0.contains(" state ")
      }
    }

    /// Makes a directory for the state in the mount point, below the file system that is mounted
    /// there.
    private static func decoy(under image: Image) throws -> URL {
      let place = image.root.appending(path: "state")
      try image.lookBelow {
        try FileManager.default.createDirectory(
          at: $0.appending(path: "state"), withIntermediateDirectories: true)
      }
      return place
    }

    @Test func `a part of the log can't be read that holds nothing: all tasks are published`()
      throws
    {
      try Station.open(.log, faults: []) { station in
        try station.order("delay flush-file-system 600000")
        for number in 0..<20 { #expect(try station.deliver(number).status == 200) }
        station.responder?.send(SIGKILL)
        _ = station.responder?.wait()
        #expect(station.takeBackOrder())
        // The tasks are in the last segment.
        try station.start(faults: ["fail read@wal/0000.log 1+ EIO"])
        let checker = Checker(station)
        try until("all are published") { try checker.findings(acknowledged: 0..<20).isEmpty }
        #expect(station.folder.text("log/responder.log").contains("can't read"))
        #expect(try station.deliver(20).status == 200)
        #expect(station.stop() == 0)
        #expect(try checker.findings(acknowledged: 0...20) == [])
      }
    }
  }
}
