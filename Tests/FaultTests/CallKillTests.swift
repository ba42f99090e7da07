import Foundation
import Testing

@testable import Harness

extension Kills {
  /// The process is killed at each system call of a delivery in turn, in each thread in turn.
  @Suite struct CallKillTests {
    /// The n-th call of a name that a thread makes.
    struct Call: Hashable {
      /// The thread's name, and its number among the threads of this name: `publish-1#0`.
      let thread: String
      let name: String
      let count: Int
    }

    @Test(
      .needs(.strace, toProve: "SIGKILL at each system call of a delivery"),
      arguments: [Station.Way.log, .plain])
    func `kill -9 at each system call of a delivery loses nothing acknowledged`(
      _ way: Station.Way
    ) throws {
      try Station.open(way, settings: "threads: 1") { station in
        // The plain way answers behind the name, and forgets what it was about.
        let checker = Checker(station, mayRepeat: way == .log)
        var acknowledged: [Int] = []
        try Self.warmUp(station, &acknowledged)
        var calls = try Self.callsOfDelivery(0, to: station)
        if way == .log {
          // The calls of the log's threads remain: the other threads do the same either way.
          calls.removeAll { call in
            !["wal", "publish"].contains { call.thread.hasPrefix($0) }
          }
        }
        // The front or the worker closes the delivery's connection, whichever sees its end first.
        calls.removeAll { call in
          call.name == "close" && ["front", "worker"].contains { call.thread.hasPrefix($0) }
        }
        // Threads that make nothing durable look at the spools now and then, whatever is delivered.
        let writing: Set = ["fsync", "fdatasync", "renameat2"]
        let writers = Set(calls.filter { writing.contains($0.name) }.map(\.thread))
        let openers = Set(calls.filter { $0.name == "openat" }.map(\.thread))
        calls.removeAll { openers.subtracting(writers).contains($0.thread) }
        acknowledged.append(0)
        try #require(Set(calls.map(\.name)).isSuperset(of: ["openat", "writev", "fsync", "close"]))
        if way == .log { try #require(calls.count { $0.name == "fdatasync" } >= 2) }
        try #require(calls.count { $0.name == "renameat2" } == Station.spools.count)
        var reached: Set<Call> = []
        for (index, call) in calls.enumerated() {
          let outcome = try Self.deliver(index + 1, to: station, killedAt: call)
          if outcome.isAcknowledged { acknowledged.append(index + 1) }
          if outcome.isKilled {
            reached.insert(call)
            #expect(try checker.findings(acknowledged: []) == [], "\(call)")
            try station.start()
          }
          // The start publishes the tasks in the log. The task of this delivery is published behind
          // its answer.
          try until("all that was acknowledged is there, but for \(call)") {
            try checker.findings(acknowledged: acknowledged).isEmpty
          }
          if outcome.isKilled { try Self.warmUp(station, &acknowledged) }
        }
        // Threads don't wait in the same way each time, but make the same calls on files.
        let onFiles = [
          "openat", "writev", "fsync", "close", "renameat2", "fchmod", "pwrite64", "fdatasync",
          "syncfs",
        ]
        #expect(calls.filter { onFiles.contains($0.name) && !reached.contains($0) } == [])
        #expect(try station.deliver(1_000_000).status == 200)
        #expect(station.stop() == 0)
        #expect(try checker.findings(acknowledged: acknowledged + [1_000_000]) == [])
        for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
      }
    }

    /// Makes one delivery, so that all threads are started that run from then on.
    private static func warmUp(_ station: Station, _ acknowledged: inout [Int]) throws {
      let number = 2_000_000 + acknowledged.count
      #expect(try station.deliver(number).status == 200)
      acknowledged.append(number)
      let log = LogOnDisk(station.state.appending(path: "wal").path)
      try until("its checkpoint is written") { log.isPublished }
    }

    /// Waits until everything is done for a delivery that was acknowledged.
    private static func settle(
      _ station: Station, _ number: Int, waitsForCheckpoint: Bool = true
    ) throws {
      let checker = Checker(station, mayRepeat: true)
      try until("all is published, or the responder was killed") {
        try station.responder?.isRunning != true
          || checker.findings(acknowledged: [number]).isEmpty
      }
      // After the last name, the flushes of its directory and of the checkpoint are left.
      for _ in 1...(waitsForCheckpoint ? 15 : 2) where station.responder?.isRunning == true {
        usleep(20_000)
      }
    }

    /// Traces all calls of one delivery.
    private static func callsOfDelivery(_ number: Int, to station: Station) throws -> [Call] {
      let responder = RunningProcess(pid: try #require(station.responder?.pid))
      let strace = try Strace(
        ["--follow-forks"], to: ["--attach", "\(responder.pid)"], in: station.folder)
      #expect(try station.deliver(number).status == 200)
      try settle(station, number)
      strace.stop()
      let threads = Self.threads(of: responder)
      var counts: [String: Int] = [:]
      return strace.lines.compactMap { line in
        let fields = line.split(separator: " ", maxSplits: 1)
        guard fields.count == 2, let end = fields[1].firstIndex(of: "("),
          let thread = threads.first(where: { $0.value == fields[0] })?.key
        else { return nil }
        let name = String(fields[1][..<end].drop { $0 == " " })
        guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
        counts["\(thread) \(name)", default: 0] += 1
        return Call(thread: thread, name: name, count: counts["\(thread) \(name)"] ?? 0)
      }
    }

    /// Returns the threads' ids, by names that stay the same after another start.
    private static func threads(of process: RunningProcess) -> [String: String] {
      var counts: [String: Int] = [:]
      var ids: [String: String] = [:]
      for thread in process.threads {
        ids["\(thread.name)#\(counts[thread.name] ?? 0)"] = thread.id
        counts[thread.name, default: 0] += 1
      }
      return ids
    }

    private static func deliver(
      _ number: Int, to station: Station, killedAt call: Call
    ) throws -> (isAcknowledged: Bool, isKilled: Bool) {
      let responder = try #require(station.responder)
      let process = RunningProcess(pid: responder.pid)
      let thread = try #require(Self.threads(of: process)[call.thread], "\(call)")
      let strace = try Strace(
        ["--trace=\(call.name)", "--inject=\(call.name):signal=KILL:when=\(call.count)"],
        to: ["--attach", thread], in: station.folder)
      let answer = try? station.deliver(number)
      // Calls after the answer belong to the delivery, too.
      if answer?.status == 200 {
        let isKeeper = call.thread.hasPrefix("wal-keeper")
        try settle(station, number, waitsForCheckpoint: isKeeper)
      }
      strace.stop()
      let isKilled = answer == nil || !responder.isRunning
      if isKilled { #expect(responder.wait() == -SIGKILL) }
      return (answer?.status == 200, isKilled)
    }
  }
}
