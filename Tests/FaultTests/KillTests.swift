import Foundation
import Testing

@testable import Harness
@testable import Spooling

extension Kills {
  /// kill -9, out-of-memory kills and crashes: the process ends from one moment to the next.
  @Suite struct KillTests {
    /// The number of kills, from LEVELWIND_KILLS.
    static let kills =
      ProcessInfo.processInfo.environment["LEVELWIND_KILLS"].flatMap { Int($0) } ?? 24

    /// A small log is filled, emptied and used again several times between two kills.
    @Test(arguments: Station.Way.allCases)
    func `kill -9 at random moments under load loses nothing acknowledged`(
      _ way: Station.Way
    ) throws {
      try Station.open(way, keepsHistory: way != .plain, claiming: 2) { station in
        station.stop()
        try station.startOnHeldSocket()
        let importer = try #require(station.importer)
        let load = Load(to: station, senders: 8)
        defer { load.stop() }
        for kill in 1...Self.kills {
          let before = load.acknowledged.count
          // One kill in four comes during the start, and one in four after many deliveries.
          let least = kill % 4 == 0 ? 0 : kill % 4 == 1 && way == .smallLog ? 300 : 1
          try until("something is acknowledged") { load.acknowledged.count >= before + least }
          Thread.sleep(forTimeInterval: .random(in: 0...0.1))
          try Self.kill(station)
        }
        if way == .smallLog { try Self.waitForReuse(of: station.state) }
        load.stop()
        let acknowledged = load.acknowledged
        #expect(acknowledged.count >= Self.kills)
        #expect(load.count(where: \.isLost) > 0, "no kill hit anything")
        #expect(Set(load.outcomes.map(\.status)).isSubset(of: [0, 200, 503]))
        try station.untilItAnswers()
        #expect(station.stop() == 0)
        importer.stop()
        let checker = Checker(station, resent: load.resent, mayRepeat: way != .plain)
        #expect(try checker.findings(acknowledged: acknowledged) == [])
        for place in ["tmp", "failed", "cur"] {
          for incoming in Station.spools {
            #expect(try checker.names(in: incoming, place) == [], "\(place)")
          }
        }
        if way != .plain { try station.expectHistory(of: acknowledged.count) }
        // Each kill can repeat the tasks between their name and the checkpoint.
        let repeated = importer.repeated
        #expect(repeated.values.allSatisfy { $0 <= 1 + Self.kills })
        print(
          "\(way): \(Self.kills) kills, \(acknowledged.count) acknowledged, "
            + "\(importer.runs.count) runs, \(repeated.count) of them of tasks that came again")
      }
    }

    /// Waits until several times as much was written as the log's files hold. A group takes one
    /// block at least.
    private static func waitForReuse(of state: URL) throws {
      let least = UInt64(2 * 6 * Station.segmentBytes / WALLayout.block)
      try until("\(least) groups are published") {
        let file = try Data(contentsOf: state.appending(path: "wal/checkpoint"))
        return Checkpoint.latest(in: Array(file)).map { $0.published > least } ?? false
      }
      let segments = try FileManager.default.contentsOfDirectory(
        atPath: state.appending(path: "wal").path
      ).filter { $0.hasSuffix(".log") }
      #expect(segments.count > 3, "it has not grown")
    }

    private static func kill(_ station: Station) throws {
      let process = try #require(station.servingProcess)
      Glibc.kill(process, SIGKILL)
      try until("another responder") {
        try #require(station.responder?.isRunning == true)
        return station.servingProcess != process
      }
    }
  }
}
