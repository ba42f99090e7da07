import Foundation
import Testing

@testable import Harness

extension Kills {
  /// kill -9 of drains and of the commands that they run.
  @Suite struct DrainKillTests {
    /// The number of tasks, from LEVELWIND_TASKS.
    static let tasks =
      ProcessInfo.processInfo.environment["LEVELWIND_TASKS"].flatMap { Int($0) } ?? 3000

    @Test func `every task is run, and twice only those whose drain or command was killed`() throws
    {
      try ImporterSite.open { site in
        let ids = Set(try (1...Self.tasks).map { try site.add("\($0)") })
        let storm = try Storm(over: site)
        try until("every task is run", seconds: 900) {
          try storm.strike()
          // A task may move from one directory to the other while they are listed.
          return (1...3).allSatisfy { _ in Self.isDone(site) }
        }
        // A drain that has only just started is ended by the signal itself.
        #expect(Set(storm.stop()).isSubset(of: [0, -SIGTERM]))
        let runs = Dictionary(grouping: storm.runs, by: \.task)
        #expect(Set(runs.keys) == ids)
        #expect(site.names("failed") == [])
        let repeated = runs.values.filter { $0.count > 1 }
        for run in repeated.flatMap({ $0.dropLast() }) { #expect(storm.hit(run), "\(run)") }
        #expect(!repeated.isEmpty, "no kill hit anything")
        print(
          """
          \(Self.tasks) tasks in \(storm.seconds) s, drains killed: \(storm.killedDrains.count), \
          commands killed: \(storm.killedCommands.count), tasks run more than once: \(repeated.count)
          """)
      }
    }

    private static func isDone(_ site: ImporterSite) -> Bool {
      ["new", "cur", "retry"].allSatisfy { directory in
        !site.names(directory).contains { $0.hasSuffix(".json") || $0.hasSuffix(".drain") }
      }
    }
  }
}
