import Foundation
import Testing

@testable import Harness

extension Faults {
  /// The process has reached its limit of open files.
  @Suite struct DescriptorTests {
    @Test(arguments: [Station.Way.smallLog, .plain])
    func `at the limit of descriptors: 503, no spin, and fine again`(_ way: Station.Way) throws {
      try Station.open(way) { station in
        #expect(try station.deliver(0).status == 200)
        let process = RunningProcess(pid: try #require(station.responder?.pid))
        let limit = Self.limit(leaving: 2, to: process)
        try Self.limit(process, to: limit)

        let load = Load(to: station, senders: 16, from: 1)
        defer { load.stop() }
        try until("refusals") { load.count { $0.status == 503 } >= 20 }
        load.stop()
        #expect(load.outcomes.allSatisfy { $0.status == 200 || $0.status == 503 })
        #expect(load.outcomes.allSatisfy { $0.status == 200 || $0.hasRetryAfter })

        // Silent connections take all descriptors that are left.
        var peers = try (0..<64).map { _ in try FastCGIClient(path: station.socket) }
        try until("none is left") { process.openDescriptors.count >= limit }
        let (start, before) = (ContinuousClock.now, process.processorTime)
        try until("it had a second to spin") { .now - start >= .seconds(1) }
        #expect(process.processorTime - before < (.now - start) / 3)
        #expect(station.responder?.isRunning == true)
        peers = []

        try Self.limit(process, to: 1024)
        try until("deliveries are taken again") { try station.deliver(1_000_000).status == 200 }
        // An attempt that was refused may be stored all the same. Over the log, a task whose name
        // was not flushed comes again.
        let checker = Checker(station, resent: [1_000_000], mayRepeat: way != .plain)
        let acknowledged = [0, 1_000_000] + load.acknowledged
        try until("all are published") {
          try checker.findings(acknowledged: acknowledged).isEmpty
        }
        #expect(station.stop() == 0)
        let findings = try checker.findings(acknowledged: acknowledged)
        #expect(findings == [])
        for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
        withExtendedLifetime(peers) {}
      }
    }

    /// Returns the limit that leaves a number of descriptors free.
    private static func limit(leaving free: Int, to process: RunningProcess) -> Int {
      let open = Set(process.openDescriptors)
      var (limit, left) = (0, free)
      while left > 0 {
        if !open.contains(limit) { left -= 1 }
        limit += 1
      }
      return limit
    }

    private static func limit(_ process: RunningProcess, to count: Int) throws {
      let result = try Tool.run("prlimit", ["--pid", "\(process.pid)", "--nofile=\(count):"])
      try #require(result.status == 0, "\(result.errors)")
    }
  }
}
