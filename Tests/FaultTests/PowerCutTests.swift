import Foundation
import Testing

@testable import Harness

extension Kills {
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
          #expect(try Checker(station).findings(acknowledged: acknowledged) == [])
        }
      }
    }

    private static func expectNoLoss(_ way: Station.Way, on kind: Image.Kind) throws {
      var sum = Outcome()
      for _ in 1...cuts {
        let outcome = try cutPower(way, on: kind)
        #expect(outcome.losses == [])
        // Those between their name and the checkpoint may come again. The plain way has no log, and
        // nothing comes again.
        #expect(outcome.again.isSubset(of: outcome.logged))
        sum.add(outcome)
      }
      print(
        """
        \(way) on \(kind): \(cuts) cuts, \(sum.acknowledged) acknowledged, \(sum.runs) runs, \
        \(sum.again.count) tasks that came again, \(sum.undone) whose removal was lost
        """)
    }

    /// Cuts the power until something is lost. A cut may by chance find everything written.
    private static func expectLoss(
      _ way: Station.Way, on kind: Image.Kind, _ fault: String
    ) throws {
      for _ in 1...15 {
        if try !cutPower(way, on: kind, faults: [fault]).losses.isEmpty { return }
      }
      Issue.record("\(fault): the power was cut 15 times, and no loss was seen")
    }

    /// What one cut has done, or the sum of several.
    private struct Outcome {
      var losses: [String] = []
      var acknowledged = 0
      /// The number of tasks that the importer had finished.
      var runs = 0
      /// How many of these were there when the power was back. The importer doesn't flush the
      /// directory from which it removes them.
      var undone = 0
      /// The others of these that the start put there.
      var again: Set<String> = []
      /// The tasks that the log held behind its checkpoint when the power was back.
      var logged: Set<String> = []

      mutating func add(_ other: Outcome) {
        acknowledged += other.acknowledged
        runs += other.runs
        undone += other.undone
        again.formUnion(other.again)
      }
    }

    private static func cutPower(
      _ way: Station.Way, on kind: Image.Kind, faults: [String]? = nil
    ) throws -> Outcome {
      try Image.open(kind) { image in
        // The history flushes the file system once a second: it could hide a flush that is missing.
        try Station.open(
          way, faults: faults, disk: image.root, keepsHistory: faults == nil
        ) { station in
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
          let importer = try #require(station.importer)
          importer.stop()
          station.stop()
          try image.unmount()
          try image.mount()
          return try recover(
            station, importer, load, losesNothing: faults == nil,
            isThereBefore: way == .plain)
        }
      }
    }

    /// Starts a responder on what a cut has left. `isThereBefore` says whether all that was
    /// acknowledged is in the spools already, and none of it in a log.
    private static func recover(
      _ station: Station, _ importer: Importer, _ load: Load, losesNothing: Bool,
      isThereBefore: Bool
    ) throws -> Outcome {
      // `again` below counts what came again.
      let checker = Checker(station, resent: load.resent, mayRepeat: true)
      let finished = Set(importer.runs.map(\.task))
      func there() throws -> Set<String> {
        finished.intersection(try checker.names(in: importer.incoming, "new"))
      }
      let undone = try there()
      let log = LogOnDisk(station.state.appending(path: "wal").path)
      var outcome = Outcome(
        acknowledged: load.acknowledged.count, runs: finished.count, undone: undone.count,
        logged: log.tasks(of: importer.incoming))
      let acknowledged = load.acknowledged
      // Tasks in the log are published by a start. Before it, the tasks that are there must be
      // whole.
      outcome.losses = try checker.findings(acknowledged: isThereBefore ? acknowledged : [])
      try station.start()
      if losesNothing {
        try until("what the log held is published") {
          try checker.findings(acknowledged: acknowledged).isEmpty
        }
      }
      outcome.losses += try checker.findings(acknowledged: acknowledged)
      #expect(try station.deliver(1_000_000).status == 200)
      #expect(station.stop() == 0)
      outcome.again = try there().subtracting(undone)
      if losesNothing { try station.expectHistory(of: acknowledged.count) }
      return outcome
    }
  }
}
