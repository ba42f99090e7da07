import Foundation
import Testing

@testable import Harness

extension Faults {
  /// The disk has no room, in each of the ways in which that can happen.
  @Suite struct FullDiskTests {
    static let ways: [Station.Way] = [.smallLog, .plain]

    @Test(.needs(.ext4, toProve: "a full disk"), arguments: ways)
    func `a full disk: taken while the log has room, then 503, and fine again when there is room`(
      _ way: Station.Way
    ) throws {
      try Image.open(.ext4, megabytes: 16) { image in
        try Self.fill(image, way, "No space left") { station in
          try image.fill()
          return { try image.empty() }
        }
      }
    }

    @Test(.needs(.ext4, toProve: "a disk without inodes"), arguments: ways)
    func `no inodes: taken while the log has room, then 503, and fine again when there are some`(
      _ way: Station.Way
    ) throws {
      try Image.open(.ext4, megabytes: 16, options: ["-N", "2048"]) { image in
        try Self.fill(image, way, "No space left") { station in
          let filler = image.root.appending(path: "filler")
          try FileManager.default.createDirectory(at: filler, withIntermediateDirectories: true)
          var count = 0
          while FileManager.default.createFile(
            atPath: filler.appending(path: "\(count)").path, contents: nil)
          { count += 1 }
          return { try FileManager.default.removeItem(at: filler) }
        }
      }
    }

    /// The log lies elsewhere, since a file system with a file open for writing can't be made
    /// read-only.
    @Test(
      .needs(.ext4, toProve: "a file system that is remounted read-only"),
      arguments: ways)
    func `read-only: taken while the log has room, then 503, and fine again when it is mended`(
      _ way: Station.Way
    ) throws {
      try Image.open(.ext4, megabytes: 16) { image in
        try Self.fill(image, way, "Read-only", isLogApart: true) { station in
          try image.remount("ro")
          return { try image.remount("rw") }
        }
      }
    }

    @Test(.needs(.ext4, toProve: "that floors are kept"), arguments: ways)
    func `below min_free it is refused before the disk is full`(_ way: Station.Way) throws {
      try Image.open(.ext4, megabytes: 256) { image in
        try Self.fill(image, way, "min_free is", settings: "min_free: 128MiB") { station in
          let filler = image.root.appending(path: "filler")
          try Data(count: 120 << 20).write(to: filler)
          return { try FileManager.default.removeItem(at: filler) }
        }
      }
    }

    /// Fills the disk under load, gives the room back, and expects that no acknowledged delivery is
    /// lost. `reason` is a part of the log entry of a refusal. `spoil` takes the room away, and
    /// returns a function that gives it back.
    private static func fill(
      _ image: Image, _ way: Station.Way, _ reason: String, isLogApart: Bool = false,
      settings: String = "",
      spoil: (Station) throws -> () throws -> Void
    ) throws {
      try Station.open(
        way, disk: image.root, isLogApart: isLogApart, settings: "deadline: 4s\n\(settings)"
      ) { station in
        #expect(try station.deliver(0).status == 200)
        let mend = try spoil(station)
        // A lack of room shows in the numbers after up to another 100 ms.
        let load = Load(to: station, senders: 4, from: 1)
        defer { load.stop() }
        try until("refusals") { load.count { $0.status == 503 } >= 20 }
        #expect(station.responder?.isRunning == true)
        // Log entries are written after the answers.
        try until("the reason in the log") {
          station.folder.text("log/responder.log").contains(reason)
        }
        try mend()
        let before = load.acknowledged.count
        try until("deliveries are taken again") { load.acknowledged.count >= before + 20 }
        load.stop()
        #expect(load.count { $0.status != 200 && $0.status != 503 } == 0)
        #expect(load.count { $0.status == 503 && !$0.hasRetryAfter } == 0)
        // All of this happens without a restart.
        let acknowledged = [0] + load.acknowledged
        // Over the log, one whose name was not flushed comes again.
        let checker = Checker(station, mayRepeat: way != .plain)
        try until("all are published") {
          try checker.findings(acknowledged: acknowledged).isEmpty
        }
        #expect(station.stop() == 0)
        let findings = try checker.findings(acknowledged: acknowledged)
        #expect(findings == [])
        for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
      }
    }
  }
}
