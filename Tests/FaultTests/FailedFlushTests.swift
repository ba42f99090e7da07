import Foundation
import Testing

@testable import Harness

extension Faults {
  /// A flush fails. The flushed data may then be nowhere, and a second flush could claim success.
  @Suite struct FailedFlushTests {
    @Test(arguments: ["flush-file", "flush-directory"])
    func `no 2xx, never flushed again, and 503 until a probe succeeds`(_ flush: String) throws {
      try Station.open(faults: []) { station in
        #expect(try station.deliver(1).status == 200)
        try Data().write(to: station.record)
        try station.order("fail \(flush) 1+ EIO")
        for number in 2...6 {
          let answer = try station.deliver(number)
          #expect(answer.status == 503)
          #expect(answer.hasRetryAfter)
        }
        try until("two probes have failed") {
          Self.calls(of: station).count { $0.call == flush && $0.outcome == "failed" } >= 3
        }
        #expect(try station.deliver(7).status == 503)
        // After the first failure nothing but probes was even begun.
        #expect(Self.calls(of: station).count { $0.call == "create" && $0.name != ".probe" } <= 2)
        #expect(station.takeBackOrder())
        try until("a delivery is taken again") { try station.deliver(8).status == 200 }

        let calls = Self.calls(of: station)
        let failed = calls.filter { $0.call.hasPrefix("flush") && $0.outcome == "failed" }
        for flushed in Set(failed.map(\.opening)) {
          #expect(
            calls.count { $0.call.hasPrefix("flush") && $0.opening == flushed } == 1,
            "opening \(flushed) was flushed again")
        }
        try Self.expectProbe(before: calls.lastIndex { $0.call == "rename" }, in: calls)
        #expect(station.stop() == 0)
        let checker = Checker(station)
        #expect(try checker.findings(acknowledged: [1, 8]) == [])
        for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
      }
    }

    @Test(.needs(.strace, toProve: "a failing fdatasync, in the program that ships"))
    func `of the log, in the program that ships: no 2xx, and 503 until it succeeds`() throws {
      try Station.open(.log) { station in
        #expect(try station.deliver(1).status == 200)
        let strace = try Strace(
          ["--follow-forks", "--trace=fdatasync", "--inject=fdatasync:error=EIO"],
          to: ["--attach", "\(try #require(station.responder?.pid))"], in: station.folder)
        for number in 2...4 { #expect(try station.deliver(number).status == 503) }
        strace.stop()
        #expect(strace.lines.contains { $0.contains("EIO") })
        try until("a delivery is taken again") { try station.deliver(5).status == 200 }
        #expect(station.stop() == 0)
        #expect(try Checker(station).findings(acknowledged: [1, 5]) == [])
      }
    }

    private struct RecordedCall {
      let call: String
      let opening: String
      let name: String
      let outcome: String
    }

    private static func calls(of station: Station) -> [RecordedCall] {
      station.folder.text("record").split(separator: "\n").compactMap { line in
        let fields = line.split(separator: " ").map(String.init)
        guard fields.count == 4 else { return nil }
        return RecordedCall(
          call: fields[0], opening: fields[1], name: fields[2], outcome: fields[3])
      }
    }

    /// Expects that a probe was written, flushed and read back.
    private static func expectProbe(before index: Int?, in calls: [RecordedCall]) throws {
      let before = calls[..<(try #require(index))]
      for call in ["create", "flush-file", "read"] {
        #expect(
          before.contains { $0.call == call && $0.name == ".probe" && $0.outcome == "done" })
      }
    }
  }
}
