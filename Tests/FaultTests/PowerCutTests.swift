import Foundation
import Testing

@testable import Harness

extension Faults {
  /// The file system is cut off under load, as by a power cut, and mounted again.
  @Suite struct PowerCutTests {
    /// The number of cuts, from LEVELWIND_CUTS.
    static let cuts = ProcessInfo.processInfo.environment["LEVELWIND_CUTS"].flatMap { Int($0) } ?? 3

    @Test(
      .needs(.ext4, toProve: "a power cut on ext4"), arguments: [Station.Way.smallLog, .plain])
    func `ext4 has everything that was acknowledged`(_ way: Station.Way) throws {
      try Self.expectNoLoss(way, on: .ext4)
    }

    @Test(.needs(.xfs, toProve: "a power cut on XFS"), arguments: [Station.Way.smallLog, .plain])
    func `XFS has everything that was acknowledged`(_ way: Station.Way) throws {
      try Self.expectNoLoss(way, on: .xfs)
    }

    @Test(
      .needs(.ext4, toProve: "that a missing flush of the log's way is noticed, on ext4"),
      arguments: ["drop flush-log", "drop flush-file-system"])
    func `ext4 shows the loss where a flush of the log's way is left out`(_ fault: String) throws {
      try Self.expectLoss(.log, on: .ext4, fault)
    }

    @Test(
      .needs(.ext4, toProve: "that a missing flush is noticed, on ext4"),
      arguments: ["drop flush-file", "drop flush-directory", "drop flush"])
    func `ext4 shows the loss where a flush is left out`(_ fault: String) throws {
      try Self.expectLoss(.plain, on: .ext4, fault)
    }

    @Test(
      .needs(.xfs, toProve: "that a missing flush is noticed, on XFS"),
      arguments: ["drop flush-file", "drop flush-directory", "drop flush"])
    func `XFS shows the loss where a flush is left out`(_ fault: String) throws {
      try Self.expectLoss(.plain, on: .xfs, fault)
    }

    @Test(
      .needs(.ext4, toProve: "that no flush after the end of ext4 is believed"))
    func `ext4 that is gone between rename and flush is noticed, and so is its return`() throws {
      try Self.expectNoSuccess(afterTheEndOf: .ext4)
    }

    /// XFS reports success for such a flush.
    @Test(.needs(.xfs, toProve: "that no flush after the end of XFS is believed"))
    func `XFS that is gone between rename and flush is noticed, and so is its return`() throws {
      try Self.expectNoSuccess(afterTheEndOf: .xfs)
    }

    private static func expectNoSuccess(afterTheEndOf kind: Image.Kind) throws {
      try Image.open(kind) { image in
        try Station.open(faults: [], disk: image.root) { station in
          try station.order("delay flush-directory 3000")
          let load = Load(to: station, senders: 1)
          defer { load.stop() }
          try until("both names are there") {
            station.folder.text("record").split(separator: "\n").count {
              $0.hasPrefix("rename")
            } == Station.spools.count
          }
          try image.cutPower()
          try until("an answer") { !load.outcomes.isEmpty }
          #expect(load.outcomes.first?.status == 503)
          load.stop()
          #expect(station.takeBackOrder())
          // The file system is mended under the responder, which holds none of its files open.
          try image.unmount()
          try image.mount()
          try until("a delivery is taken again") {
            try station.deliver(1_000_000).status == 200
          }
          #expect(station.stop() == 0)
          let acknowledged = load.acknowledged + [1_000_000]
          #expect(try Checker(spool: station.spool).findings(acknowledged: acknowledged) == [])
        }
      }
    }

    private static func expectNoLoss(_ way: Station.Way, on kind: Image.Kind) throws {
      for _ in 1...cuts {
        let losses = try lossesByPowerCut(way, on: kind)
        #expect(losses == [])
      }
    }

    /// Cuts the power until something is lost. A cut may by chance find everything written.
    private static func expectLoss(
      _ way: Station.Way, on kind: Image.Kind, _ fault: String
    ) throws {
      for _ in 1...15 {
        if try !lossesByPowerCut(way, on: kind, faults: [fault]).isEmpty { return }
      }
      Issue.record("\(fault): the power was cut 15 times, and no loss was seen")
    }

    private static func lossesByPowerCut(
      _ way: Station.Way, on kind: Image.Kind, faults: [String]? = nil
    ) throws -> [String] {
      try Image.open(kind) { image in
        try Station.open(way, faults: faults, disk: image.root) { station in
          let importer = Importer(at: station)
          defer { importer.stop() }
          let load = Load(to: station, senders: 8)
          defer { load.stop() }
          // A small log is filled, emptied and used again during the load.
          let enough = way == .smallLog ? 1_000 : 200
          try until("\(enough) are acknowledged", seconds: 60) {
            load.acknowledged.count >= enough
          }
          Thread.sleep(forTimeInterval: .random(in: 0...0.2))
          try image.cutPower()
          try until("the cut is noticed") { load.count { $0.status == 503 } > 0 || faults != nil }
          load.stop()
          importer.stop()
          station.stop()
          try image.unmount()
          try image.mount()
          let checker = Checker(spool: station.spool, resent: load.resent)
          let taken = importer.taken
          #expect(importer.partial == [])
          let acknowledged = load.acknowledged
          // Tasks in the log are published by a start. Before it, the tasks that are there must be
          // whole.
          var findings = try checker.findings(
            acknowledged: way != .plain ? [] : acknowledged, taken: taken)
          try station.start()
          if faults == nil {
            try until("what the log held is published") {
              try checker.findings(acknowledged: acknowledged, taken: taken).isEmpty
            }
          }
          findings += try checker.findings(acknowledged: acknowledged, taken: taken)
          #expect(try station.deliver(1_000_000).status == 200)
          #expect(station.stop() == 0)
          return findings
        }
      }
    }
  }
}
