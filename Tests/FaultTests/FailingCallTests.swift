import Foundation
import Testing

@testable import Harness

extension Kills {
  /// Single calls fail, each in turn.
  @Suite struct FailingCallTests {
    struct Case: CustomTestStringConvertible {
      let calls: String
      let error: String
      var testDescription: String { "\(calls) fails with \(error)" }
    }

    static let cases = [
      Case(calls: "open-directory", error: "EMFILE"),
      Case(calls: "create", error: "EMFILE"),
      Case(calls: "create", error: "ENOSPC"),
      Case(calls: "create", error: "EIO"),
      Case(calls: "write", error: "ENOSPC"),
      Case(calls: "write", error: "EIO"),
      Case(calls: "flush", error: "EIO"),
      Case(calls: "flush", error: "ENOSPC"),
      Case(calls: "close-file", error: "EIO"),
      Case(calls: "rename", error: "ENOSPC"),
      Case(calls: "rename", error: "EIO"),
    ]

    @Test(arguments: cases)
    func `the k-th call fails, for every k: 503, the next is fine, nothing is partial`(
      _ failing: Case
    ) throws {
      try Station.open(faults: []) { station in
        let checker = Checker(station)
        var acknowledged: [Int] = []
        var number = 0
        for call in 1... {
          number += 1
          try station.order("fail \(failing.calls) \(call) \(failing.error)")
          let answer = try station.deliver(number)
          if station.takeBackOrder() {
            #expect(answer.status == 200)
            // Each delivery makes a file in each of two spools.
            #expect(call > 2)
            break
          }
          #expect(answer.status == 503, "call \(call)")
          #expect(answer.hasRetryAfter, "call \(call)")
          #expect(station.responder?.isRunning == true)
          try until("the next delivery is fine") {
            number += 1
            guard try station.deliver(number).status == 200 else { return false }
            acknowledged.append(number)
            return true
          }
          #expect(try checker.findings(acknowledged: acknowledged) == [])
          for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
        }
      }
    }

    static let casesOfLog = [
      Case(calls: "create", error: "ENOSPC"),
      Case(calls: "write", error: "EIO"),
      Case(calls: "close-file", error: "EIO"),
      Case(calls: "log-write", error: "ENOSPC"),
      Case(calls: "log-write", error: "EIO"),
      Case(calls: "flush-log", error: "EIO"),
      Case(calls: "flush-file-system", error: "EIO"),
      Case(calls: "rename", error: "ENOSPC"),
      Case(calls: "flush-directory", error: "EIO"),
    ]

    /// Some of the calls come before the answer, some after it.
    @Test(arguments: casesOfLog)
    func `over the log, the k-th call fails: 503 or published later, and the next is fine`(
      _ failing: Case
    ) throws {
      try Station.open(.log, faults: []) { station in
        // One whose name was not flushed comes again.
        let checker = Checker(station, mayRepeat: true)
        var acknowledged: [Int] = []
        var number = 0
        for call in 1... {
          number += 1
          try station.order("fail \(failing.calls) \(call) \(failing.error)")
          let answer = try station.deliver(number)
          #expect(answer.status == 200 || answer.status == 503 && answer.hasRetryAfter)
          if answer.status == 200 { acknowledged.append(number) }
          try until("what was acknowledged is published") {
            try checker.findings(acknowledged: acknowledged).isEmpty
          }
          // After the last name, the flushes of its directory and of the checkpoint are left.
          for _ in 1...10 where station.isOrdered { usleep(10_000) }
          #expect(station.responder?.isRunning == true)
          let isOver = station.takeBackOrder()
          try until("the next delivery is fine, and published") {
            number += 1
            guard try station.deliver(number).status == 200 else { return false }
            acknowledged.append(number)
            return true
          }
          if isOver {
            #expect(call > 1, "none failed")
            break
          }
        }
        #expect(station.stop() == 0)
        #expect(try checker.findings(acknowledged: acknowledged) == [])
        for incoming in Station.spools { #expect(try checker.names(in: incoming, "tmp") == []) }
      }
    }
  }
}
