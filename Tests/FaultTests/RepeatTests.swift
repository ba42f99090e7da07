import Foundation
import Testing

@testable import Harness

extension Kills {
  /// Tasks that importers have finished don't come again.
  @Suite struct RepeatTests {
    @Test
    func `200 finished beside one that can't be published: over four restarts none comes again`()
      throws
    {
      try Station.open(.log) { station in
        // As if the spool's file system were not mounted.
        let audit = station.spool.appending(path: "audit")
        let apart = station.folder("apart")
        try FileManager.default.moveItem(at: audit, to: apart)
        try Data().write(to: audit)
        let importer = try #require(station.importer)
        #expect(try station.deliver(1_000, to: Station.audit).status == 200)
        for number in 0..<200 {
          #expect(try station.deliver(number, to: Station.stock).status == 200)
        }
        for restart in 1...4 {
          let count = 199 + restart
          try until("all are finished") { importer.runs.count >= count }
          #expect(station.stop() == 0)
          try station.start()
          // This task comes after any that is repeated.
          #expect(try station.deliver(count, to: Station.stock).status == 200)
        }
        try until("the last is finished") { importer.runs.count >= 204 }
        try FileManager.default.removeItem(at: audit)
        try FileManager.default.moveItem(at: apart, to: audit)
        let checker = Checker(station, spools: ["audit"])
        try until("the one comes") { try checker.findings(acknowledged: [1_000]).isEmpty }
        #expect(station.stop() == 0)
        #expect(try checker.names(in: "audit", "new").count == 1)
        importer.stop()
        #expect(importer.runs.map(\.number) == Array(0..<204))
      }
    }

    @Test func `claimed and kept tasks are left alone by a start after SIGKILL`() throws {
      // A drain is the importer.
      try Station.open(.log, faults: [], importing: nil) { station in
        try station.folder.write("name: Stock\nkeep_done: 2d\n", to: "etc/incoming/stock.yaml")
        let runs = station.folder("runs")
        let go = station.folder("go")
        // The odd ones end at once, the even ones when they are told to.
        let drain = try Child(
          Site.levelwind,
          ["task", "drain", "stock", "--config", station.folder("etc").path]
            + [
              "--jobs", "4", "--follow", "--back-off", "100ms", "--stdin", "body", "--", "sh", "-c",
            ]
            + [
              """
              body=$(head -c 24); echo "$LEVELWIND_ID $LEVELWIND_ATTEMPT" >>\(runs.path)
              case $body in *[13579],*) exit;; esac
              while [ ! -e \(go.path) ]; do sleep 0.02; done
              """
            ], log: station.folder("log/drain.log"))
        defer { drain.stop() }
        // The names become durable, and the checkpoint never does.
        try station.order("delay log-write@wal/checkpoint 600000")
        for number in [1, 2, 3, 4, 5, 6, 7] {
          #expect(try station.deliver(number, to: Station.stock).status == 200)
        }
        let checker = Checker(station)
        try until("four are finished, and three claimed") {
          try checker.names(in: "stock", "cur").count == 3 && Self.kept(in: station).count == 4
        }
        station.responder?.send(SIGKILL)
        _ = station.responder?.wait()
        #expect(station.takeBackOrder())
        try station.start()
        // This task comes after any that is repeated.
        #expect(try station.deliver(9, to: Station.stock).status == 200)
        try until("it is finished") { try Self.kept(in: station).count == 5 }
        try Data().write(to: go)
        try until("all are finished") { try Self.kept(in: station).count == 8 }
        #expect(station.stop() == 0)
        #expect(drain.stop() == 0)
        let lines = station.folder.text("runs").split(separator: "\n")
        #expect(lines.count == 8)
        #expect(Set(lines.map { $0.split(separator: " ")[0] }).count == 8)
        #expect(lines.allSatisfy { $0.hasSuffix(" 1") }, "\(lines)")
        for place in ["new", "cur", "retry", "failed"] {
          #expect(try checker.names(in: "stock", place) == [], "\(place)")
        }
      }
    }

    private static func kept(in station: Station) throws -> [String] {
      let checker = Checker(station)
      let days = try checker.names(in: "stock", "done").filter { !$0.hasSuffix(".ended") }
      return try days.flatMap {
        try checker.names(in: "stock", "done/\($0)")
      }
    }
  }
}
