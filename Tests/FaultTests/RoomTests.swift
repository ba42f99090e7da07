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
        try Station.open(.log, faults: [], disk: image.root, isLogApart: true) { station in
          try station.order("delay flush-file-system 600000")
          // Each delivery has 64 KiB.
          let numbers = (0..<120).map { $0 * 16 + 15 }
          for number in numbers {
            #expect(try station.deliver(number, to: Station.audit).status == 200)
          }
          station.responder?.send(SIGKILL)
          _ = station.responder?.wait()
          #expect(station.takeBackOrder())
          let checker = Checker(spool: station.spool, spools: ["audit"])
          for name in try checker.names(in: "audit", "tmp") {
            try FileManager.default.removeItem(
              at: station.spool.appending(path: "audit/tmp/\(name)"))
          }
          try image.fill(leaving: 6_000_000)
          try station.start()
          try until("most are published") {
            try checker.names(in: "audit", "new").count >= 60
          }
          // Another spool of this file system gets the room that it needs.
          let others = Checker(spool: station.spool, spools: ["stock"])
          for number in 10_000..<10_008 {
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
          let checker = Checker(spool: station.spool)
          try until("it is published") { try checker.findings(acknowledged: [0]).isEmpty }
          try station.order("delay flush-file-system@spool 600000")
          // Each delivery has 64 KiB.
          let numbers = (0..<20).map { $0 * 16 + 15 }
          for number in numbers { #expect(try station.deliver(number).status == 200) }
          try until("files are written") {
            try Station.spools.contains { try !checker.names(in: $0, "tmp").isEmpty }
          }
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
          for incoming in Station.spools {
            #expect(try checker.names(in: incoming, "new").count == 1)
          }
          try image.emptyBelow()
          // The file system is mended under the responder, which holds none of its files open.
          try image.unmount()
          try image.mount()
          try until("all are published", seconds: 60) {
            try checker.findings(acknowledged: [0] + numbers).isEmpty
          }
          #expect(station.stop() == 0)
          // A new mount shows the device's content, not the cache's.
          try image.unmount()
          try image.mount()
          #expect(try checker.findings(acknowledged: [0] + numbers) == [])
        }
      }
    }
  }
}
