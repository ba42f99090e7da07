import Foundation
import Testing

@testable import Harness

extension Faults {
  /// There is less room than the acknowledged tasks take.
  @Suite struct RoomTests {
    @Test(.needs(.ext4, toProve: "what is published where there is little room"))
    func `6 MB for 8 MB: most come, the rest when there is room, and others are not starved`()
      throws
    {
      try Image.open(.ext4, megabytes: 32) { image in
        // Setting aside is another way out, five seconds later.
        let faults = ["fail create@aside 1+ ENOSPC"]
        try Station.open(.log, faults: faults, disk: image.root, isLogApart: true) { station in
          // All but one stay in the log.
          try station.order("delay close-file@spool 600000")
          let numbers = (0..<120).map(Self.large)
          for number in numbers {
            #expect(try station.deliver(number, to: Station.audit).status == 200)
          }
          station.responder?.send(SIGKILL)
          _ = station.responder?.wait()
          #expect(station.takeBackOrder())
          // For about 95, which come in portions of 15.
          try image.fill(leaving: 6_600_000)
          try station.start(faults: faults)
          let checker = Checker(station, spools: ["audit"])
          try until("most are published") {
            try checker.names(in: "audit", "new").count >= 80
          }
          // Another spool of this file system gets the room that it needs. It would not, if what
          // was written of a portion stayed.
          let others = Checker(station, spools: ["stock"])
          for number in (1_000..<1_003).map(Self.large) {
            #expect(try station.deliver(number, to: Station.stock).status == 200)
            try until("\(number) is published") {
              try others.findings(acknowledged: [number]).isEmpty
            }
          }
          #expect(try checker.names(in: "audit", "new").count < numbers.count)
          try image.empty()
          try until("the rest is published") {
            try checker.findings(acknowledged: numbers).isEmpty
          }
          #expect(station.stop() == 0)
          #expect(try checker.names(in: "audit", "tmp") == [])
        }
      }
    }

    /// The file system has promised blocks that its device doesn't have. The kernel finds that out
    /// in the background, and tells the first process that asks.
    @Test(.needs(.ext4, toProve: "that a failure of writing back is heard by all who have to"))
    func `writing back fails and another sync is told: nothing is published that is not there`()
      throws
    {
      try Image.open(.ext4, megabytes: 32, on: 40) { image in
        try Station.open(.log, faults: [], disk: image.root, isLogApart: true) { station in
          #expect(try station.deliver(0).status == 200)
          // What the importer has removed may not be on the device either.
          let checker = Checker(station, mayRepeat: true)
          try until("it is published") { try checker.findings(acknowledged: [0]).isEmpty }
          // A single file is written and not flushed. More files would fail anew.
          try station.order("delay close-file@spool 600000")
          #expect(try station.deliver(Self.large(1), to: Station.audit).status == 200)
          try until("it is written") { try Self.written(in: station) > 1 << 16 }
          try image.fillBelow()
          // sync takes the error. The kernel then reports it only to files that were open before.
          let sync = try Tool.run("sync", ["--file-system", image.root.path])
          #expect(sync.status != 0)
          #expect(station.takeBackOrder())
          try until("the failure is noticed") {
            station.folder.text("record").split(separator: "\n").contains {
              $0.hasPrefix("flush-file-system") && $0.hasSuffix("failed")
            }
          }
          #expect(try checker.names(in: "audit", "new").count == 1)
          let numbers = (2..<20).map(Self.large)
          for number in numbers { #expect(try station.deliver(number).status == 200) }
          try image.emptyBelow()
          // The file system is mended under the responder, which holds none of its files open.
          try image.unmount()
          try image.mount()
          let audit = Checker(station, spools: ["audit"])
          try until("all are published", seconds: 60) {
            try checker.findings(acknowledged: [0] + numbers).isEmpty
              && audit.findings(acknowledged: [Self.large(1)]).isEmpty
          }
          #expect(station.stop() == 0)
          // A new mount shows the device's content, not the cache's.
          try image.unmount()
          try image.mount()
          #expect(try checker.findings(acknowledged: [0] + numbers) == [])
          #expect(try audit.findings(acknowledged: [Self.large(1)]) == [])
        }
      }
    }

    /// The number of a delivery of 64 KiB.
    private static func large(_ count: Int) -> Int { count * 16 + 15 }

    /// How many bytes there are of what is being written into the second spool.
    private static func written(in station: Station) throws -> Int {
      let tmp = station.spool.appending(path: "audit/tmp")
      return try FileManager.default.contentsOfDirectory(
        at: tmp, includingPropertiesForKeys: [.fileSizeKey]
      ).map { try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }.reduce(0, +)
    }
  }
}
