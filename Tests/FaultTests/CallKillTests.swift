import Foundation
import Testing

@testable import Harness

extension Faults {
  /// The process is killed as it enters a system call, each in turn, of each thread in turn.
  @Suite struct CallKillTests {
    /// The n-th call of this name that a thread makes.
    struct Call: Hashable {
      /// Its place in the order in which the threads were started.
      let thread: Int
      let name: String
      let count: Int
    }

    @Test(.needs(.strace, toProve: "SIGKILL at each system call of a delivery"))
    func `kill -9 at each system call of a delivery loses nothing acknowledged`() throws {
      try Station.open(settings: "threads: 1") { station in
        let checker = Checker(spool: station.spool)
        let calls = try Self.callsOfDelivery(0, to: station)
        try #require(Set(calls.map(\.name)).isSuperset(of: ["openat", "writev", "fsync", "close"]))
        try #require(calls.count { $0.name == "renameat2" } == Station.spools.count)
        var acknowledged = [0]
        var reached: Set<Call> = []
        for (index, call) in calls.enumerated() {
          let outcome = try Self.deliver(index + 1, to: station, killedAt: call)
          if outcome.isAcknowledged { acknowledged.append(index + 1) }
          #expect(try checker.findings(acknowledged: acknowledged) == [], "\(call)")
          if outcome.isKilled {
            reached.insert(call)
            try station.start()
          }
        }
        // What threads wait with is not the same every time; what they do to files is.
        let onFiles = ["openat", "writev", "fsync", "close", "renameat2", "fchmod"]
        #expect(calls.filter { onFiles.contains($0.name) && !reached.contains($0) } == [])
        #expect(try station.deliver(1_000_000).status == 200)
        #expect(station.stop() == 0)
        #expect(try checker.findings(acknowledged: acknowledged + [1_000_000]) == [])
        for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
      }
    }

    /// Every call that one delivery makes, as a trace of it has them.
    private static func callsOfDelivery(_ number: Int, to station: Station) throws -> [Call] {
      let responder = RunningProcess(pid: try #require(station.responder?.pid))
      let strace = try Strace(
        ["--follow-forks"], to: ["--attach", "\(responder.pid)"], in: station.folder)
      #expect(try station.deliver(number).status == 200)
      strace.stop()
      var counts: [String: Int] = [:]
      return strace.lines.compactMap { line in
        let fields = line.split(separator: " ", maxSplits: 1)
        guard fields.count == 2, let end = fields[1].firstIndex(of: "("),
          let thread = responder.threads.firstIndex(where: { $0.id == fields[0] })
        else { return nil }
        let name = String(fields[1][..<end].drop { $0 == " " })
        guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
        counts["\(thread) \(name)", default: 0] += 1
        return Call(thread: thread, name: name, count: counts["\(thread) \(name)"] ?? 0)
      }
    }

    private static func deliver(
      _ number: Int, to station: Station, killedAt call: Call
    ) throws -> (isAcknowledged: Bool, isKilled: Bool) {
      let responder = try #require(station.responder)
      let thread = RunningProcess(pid: responder.pid).threads[call.thread].id
      let strace = try Strace(
        ["--trace=\(call.name)", "--inject=\(call.name):signal=KILL:when=\(call.count)"],
        to: ["--attach", thread], in: station.folder)
      let answer = try? station.deliver(number)
      // What comes after the answer belongs to the delivery, too.
      for _ in 1...10 where answer != nil && responder.isRunning { usleep(20_000) }
      strace.stop()
      let isKilled = answer == nil || !responder.isRunning
      if isKilled { #expect(responder.wait() == -SIGKILL) }
      return (answer?.status == 200, isKilled)
    }
  }
}
