import Foundation
import Testing

@testable import Harness

extension Kills {
  /// `delivery again` is killed at system calls that leave something on the disk, each in turn, and
  /// run once more.
  @Suite struct AgainKillTests {
    private static let deliveries = 3
    private static let webhook = """
      incoming: stock
      additional_incoming: [audit]
      history: {}
      pre_processors: []

      """

    @Test(.needs(.strace, toProve: "SIGKILL at each system call of delivery again"))
    func `kill -9 at each call of delivery again: run once more, each new task exists once`() throws
    {
      try Station.open(.log, importing: nil) { station in
        try station.folder.write(Self.webhook, to: "etc/webhooks/open.yaml")
        #expect(try station.run("reload").status == 0)
        for number in 0..<Self.deliveries {
          #expect(try station.deliver(number, to: "/webhook/open").status == 200)
        }
        try until("they are kept") {
          try station.run("delivery", "list", "open", "--json").text
            .split(separator: "\n").count == Self.deliveries
        }
        let checker = Checker(station)
        try until("they are published") {
          try checker.findings(acknowledged: 0..<Self.deliveries).isEmpty
        }
        let tasks = try Self.tasks(checker)
        // What an importer removed too early comes back.
        try Self.clear(station)
        let calls = ["openat", "writev", "write", "fsync", "fdatasync", "renameat2"]
        let counts = try Self.counts(of: calls, in: station)
        #expect(try Self.tasks(checker) == tasks)
        for call in ["writev", "fsync", "fdatasync", "renameat2"] {
          #expect((counts[call] ?? 0) >= Self.deliveries, "\(call): \(counts)")
        }
        var killed = 0
        for call in calls {
          // Opening begins with the program's own libraries: the last calls are about tasks.
          let last = counts[call] ?? 0
          for count in max(1, last - 11)..<(last + 1) {
            try Self.clear(station)
            if try Self.again(station, killedAt: call, count) { killed += 1 }
            for incoming in Station.spools {
              let there = try checker.names(in: incoming, "new")
              #expect(Set(tasks[incoming] ?? []).isSuperset(of: there), "\(call) \(count)")
            }
            // Nothing is left to do where the kill came behind the last delivery.
            #expect(try [0, 1].contains(Self.again(station).status), "\(call) \(count)")
            #expect(try Self.tasks(checker) == tasks, "\(call) \(count)")
            #expect(
              try checker.findings(acknowledged: 0..<Self.deliveries) == [], "\(call) \(count)")
          }
        }
        #expect(killed >= 30)
        print("delivery again: killed at \(killed) calls of \(counts)")
        // The responder's start sweeps what the kills left.
        #expect(station.stop() == 0)
        try station.start()
        #expect(station.stop() == 0)
        #expect(try Self.tasks(checker) == tasks)
        for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
      }
    }

    private static func tasks(_ checker: Checker) throws -> [String: [String]] {
      var tasks: [String: [String]] = [:]
      for incoming in Station.spools { tasks[incoming] = try checker.names(in: incoming, "new") }
      return tasks
    }

    /// Removes the tasks, and what is noted of bringing them back.
    private static func clear(_ station: Station) throws {
      for incoming in Station.spools {
        let place = station.spool.appending(path: "\(incoming)/new")
        for name in try FileManager.default.contentsOfDirectory(atPath: place.path) {
          try FileManager.default.removeItem(at: place.appending(path: name))
        }
      }
      unlink(station.state.appending(path: "history/open/again").path)
    }

    private static func again(_ station: Station) throws -> Tool.Result {
      try station.run("delivery", "again", "open", "--verdict", "accepted", "--yes")
    }

    /// Returns how often each call is made by a run that isn't killed.
    private static func counts(
      of calls: [String], in station: Station
    ) throws -> [String: Int] {
      let log = station.folder("log/again.strace")
      let said = try traced(
        station, ["--trace=\(calls.joined(separator: ","))", "--output", log.path])
      #expect(said.status == 0, "\(said.errors)")
      let lines = station.folder.text("log/again.strace").split(separator: "\n")
      return Dictionary(grouping: calls) { $0 }.mapValues { name in
        lines.count { $0.contains(" \(name[0])(") }
      }
    }

    private static func again(
      _ station: Station, killedAt call: String, _ count: Int
    ) throws -> Bool {
      let said = try traced(
        station,
        [
          "--trace=\(call)", "--inject=\(call):signal=KILL:when=\(count)", "--output", "/dev/null",
        ])
      return ![0, 1].contains(said.status)
    }

    private static func traced(_ station: Station, _ options: [String]) throws -> Tool.Result {
      try Tool.run(
        "strace",
        ["--follow-forks"] + options + [Station.program("levelwind"), "delivery", "again", "open"]
          + ["--verdict", "accepted", "--yes", "--config", station.folder("etc").path])
    }
  }
}
