import Foundation
import Testing

@testable import Harness

extension Faults {
  /// kill -9, out-of-memory kills and crashes: the process is gone from one moment to the next.
  @Suite struct KillTests {
    /// LEVELWIND_KILLS sets how often.
    static let kills =
      ProcessInfo.processInfo.environment["LEVELWIND_KILLS"].flatMap { Int($0) } ?? 40

    @Test(arguments: Station.Way.allCases)
    func `kill -9 at random moments under load loses nothing acknowledged`(
      _ way: Station.Way
    ) throws {
      try Station.open(way) { station in
        station.stop()
        try station.startOnHeldSocket()
        let load = Load(to: station, senders: 8)
        defer { load.stop() }
        for kill in 1...Self.kills {
          let before = load.acknowledged.count
          // One in four at once, while it starts.
          if kill % 4 != 0 {
            try until("something is acknowledged") { load.acknowledged.count > before }
          }
          Thread.sleep(forTimeInterval: .random(in: 0...0.1))
          try Self.kill(station)
        }
        load.stop()
        let acknowledged = load.acknowledged
        #expect(acknowledged.count >= Self.kills)
        #expect(load.count(where: \.isLost) > 0, "no kill hit anything")
        #expect(Set(load.outcomes.map(\.status)).isSubset(of: [0, 200, 503]))
        try station.untilItAnswers()
        #expect(station.stop() == 0)
        let checker = Checker(spool: station.spool)
        #expect(try checker.findings(acknowledged: acknowledged) == [])
        for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
      }
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
