import Bytes
import Foundation
import Spooling
import Testing

@testable import Harness
@testable import Importing

@Suite struct DrainTests {
  @discardableResult
  private func drain(
    _ site: ImporterSite, _ work: RecordingWork, _ settings: DrainSettings = DrainSettings(),
    stop: StopRequest? = nil
  ) throws -> DrainReport {
    Drain(
      try site.spool(), settings, work: work, stop: try stop ?? StopRequest(), note: { _ in }
    ).run()
  }

  @Test func `tasks are worked on in order and removed`() throws {
    try ImporterSite.open { site in
      for number in 1...30 { try site.add("\(number)") }
      let work = RecordingWork()
      #expect(try drain(site, work).done == 30)
      #expect(work.runs == (1...30).map { ["\($0)"] })
      for state in TaskState.allCases { #expect(site.names("\(state)").isEmpty) }
    }
  }

  @Test func `of what is new and what is due, the first that arrived comes first`() throws {
    try ImporterSite.open { site in
      let ids = try (1...4).map { try site.add("\($0)") }
      for id in [ids[1], ids[3]] {
        try site.spool().hold(TaskPlace(.new, "\(id).json"))?.postpone(
          RetryRecord(attempts: 1, due: Date(), reason: "x"))
      }
      let work = RecordingWork()
      #expect(try drain(site, work).done == 4)
      #expect(work.runs == [["1"], ["2"], ["3"], ["4"]])
    }
  }

  @Test func `many drains of many jobs work on each task once`() throws {
    try ImporterSite.open { site in
      for number in 1...400 { try site.add("\(number)") }
      let works = (1...4).map { _ in RecordingWork() }
      let total = Mutex(0)
      DispatchQueue.concurrentPerform(iterations: 4) { index in
        let report = try? drain(site, works[index], DrainSettings(jobs: 4))
        total.withLock { $0 += report?.done ?? 0 }
      }
      #expect(total.withLock { $0 } == 400)
      let seen = works.flatMap(\.runs).flatMap { $0 }
      #expect(seen.count == 400)
      #expect(Set(seen).count == 400)
    }
  }

  @Test func `a failure waits in retry, is tried when it is due, and is given up in the end`()
    throws
  {
    try ImporterSite.open { site in
      let id = try site.add("1")
      let work = RecordingWork { _ in .again("exit status 1\nno item") }
      let later = DrainSettings(maxAttempts: 3)
      #expect(try drain(site, work, later).deferred == 1)
      #expect(site.names("retry") == ["\(id).json", "\(id).json.retry"])
      #expect(try drain(site, work, later) == DrainReport())
      #expect(work.runs.count == 1)

      let soon = DrainSettings(maxAttempts: 3, backOff: BackOff(first: .zero))
      try site.spool().hold(TaskPlace(.retry, "\(id).json"))?.postpone(
        RetryRecord(attempts: 1, due: Date(), reason: "x"))
      let report = try drain(site, work, soon)
      #expect((report.deferred, report.failed) == (1, 1))
      #expect(work.runs.count == 3)
      #expect(
        site.folder.text("spool/stock/failed/\(id).json.reason")
          == "exit status 1, after 3 attempts\nno item\n")
      #expect(site.names("retry").isEmpty)
    }
  }

  @Test func `later never adds up to giving up`() throws {
    try ImporterSite.open { site in
      try site.add("1")
      let left = Mutex(20)
      let work = RecordingWork { _ in
        left.withLock { left in
          left -= 1
          return left == 0 ? .done : .later("not now")
        }
      }
      let report = try drain(
        site, work, DrainSettings(maxAttempts: 3, backOff: BackOff(first: .zero)))
      #expect((report.deferred, report.done, report.failed) == (19, 1, 0))
    }
  }

  @Test func `a poison task among good ones fails alone, also out of a batch`() throws {
    try ImporterSite.open { site in
      for number in 1...20 { try site.add("\(number)") }
      let work = RecordingWork { $0.contains("13") ? .never("exit status 65") : .done }
      let report = try drain(site, work, DrainSettings(batch: 8))
      #expect((report.done, report.failed) == (19, 1))
      #expect(work.runs.map(\.count) == [8, 8, 1, 1, 1, 1, 1, 1, 1, 1, 4])
      #expect(site.names("failed").count == 2)
    }
  }

  @Test func `a batch may end with an outcome for each, and none is repeated for another`() throws {
    try ImporterSite.open { site in
      let ids = try (1...3).map { try site.add("\($0)") }
      let work = RecordingWork { _ in .each([.done, .again("not yet"), .never("no")]) }
      let report = try drain(site, work, DrainSettings(batch: 3))
      #expect((report.done, report.deferred, report.failed) == (1, 1, 1))
      #expect(work.runs.count == 1)
      #expect(site.names("retry").contains("\(ids[1]).json"))
      #expect(site.names("failed").contains("\(ids[2]).json"))
    }
  }

  @Test func `work that can't be done at all ends the drain and blames no task`() throws {
    try ImporterSite.open { site in
      for _ in 1...5 { try site.add() }
      let work = RecordingWork { _ in .impossible("no such program") }
      let report = try drain(site, work)
      #expect(report.end == "no such program")
      #expect(work.runs.count == 1)
      #expect(site.names("new").count == 5)
      #expect(site.names("retry").isEmpty)
    }
  }

  @Test func `it follows: what comes later is done, and what is due as well`() throws {
    try ImporterSite.open { site in
      let stop = try StopRequest()
      let failed = Mutex(false)
      let work = RecordingWork { bodies in
        if bodies == ["2"],
          !failed.withLock({ was in
            defer { was = true }
            return was
          })
        {
          return .again("once")
        }
        if bodies == ["last"] { stop.request(by: .now) }
        return .done
      }
      let ended = DispatchSemaphore(value: 0)
      let drain = Drain(
        try site.spool(),
        // The long `lookEvery` leaves due tasks to their own time.
        DrainSettings(
          jobs: 2, follows: true, backOff: BackOff(first: .milliseconds(100)),
          lookEvery: .seconds(600)),
        work: work, stop: stop, note: { _ in })
      Thread {
        _ = drain.run()
        ended.signal()
      }.start()
      for number in 1...3 { try site.add("\(number)") }
      try until("the second try") { work.runs.count { $0 == ["2"] } == 2 }
      try site.add("last")
      #expect(ended.wait(timeout: .now() + 30) == .success)
      #expect(Set(work.runs.flatMap { $0 }) == ["1", "2", "3", "last"])
    }
  }

  @Test func `what comes at once is worked on side by side, though one thread hears of it`() throws
  {
    try ImporterSite.open { site in
      let stop = try StopRequest()
      let running = Mutex(0)
      let together = Mutex(0)
      let work = RecordingWork { _ in
        running.withLock { $0 += 1 }
        // The work ends when all four run. Otherwise only the look every ten minutes would start
        // them.
        try? until("four run", seconds: 20) { running.withLock { $0 } % 4 == 0 }
        if running.withLock({ $0 }) % 4 == 0 { together.withLock { $0 += 1 } }
        return .done
      }
      let ended = DispatchSemaphore(value: 0)
      let drain = Drain(
        try site.spool(), DrainSettings(jobs: 4, follows: true, lookEvery: .seconds(600)),
        work: work, stop: stop, note: { _ in })
      Thread {
        _ = drain.run()
        ended.signal()
      }.start()
      for round in 1...10 {
        for number in 1...4 { try site.add("\(number)") }
        try until("round \(round)", seconds: 60) { site.names("new") + site.names("cur") == [] }
        #expect(together.withLock { $0 } == round * 4)
      }
      stop.request(by: .now)
      #expect(ended.wait(timeout: .now() + 30) == .success)
    }
  }

  @Test func `a name in new that isn't a file's is put aside, and the rest is done`() throws {
    try ImporterSite.open { site in
      let new = site.folder("spool/stock/new").path
      #expect(symlink("/etc/passwd", "\(new)/a.json") == 0)
      #expect(mkfifo("\(new)/b.json", 0o666) == 0)
      try site.add("1")
      let report = try drain(site, RecordingWork())
      #expect((report.done, report.failed, report.problems) == (1, 2, 0))
      #expect(site.names("new").isEmpty)
      #expect(site.names("failed").count == 4)
    }
  }

  @Test func `an orphan that can't be moved holds up no other`() throws {
    try ImporterSite.open { site in
      let ids = try (2...3).map { try site.add("\($0)") }
      let new = site.folder("spool/stock/new/\(ids[0]).json").path
      #expect(rename(new, site.folder("spool/stock/cur/\(ids[0]).json.drain").path) == 0)
      // A file of the same name takes the place in new/ that the claim would go back to.
      try site.folder.write("{}", to: "spool/stock/cur/by-hand.json.drain")
      try site.folder.write("{}", to: "spool/stock/new/by-hand.json")
      let work = RecordingWork()
      let report = try drain(site, work)
      #expect((report.done, report.returned) == (2, 1))
      #expect(report.problems > 0)
      #expect(work.runs == [["2"], ["3"]])
    }
  }

  @Test func `finished tasks are kept where that is asked for`() throws {
    try ImporterSite.open { site in
      let id = try site.add("1")
      try site.folder.write("old", to: "spool/stock/done/2020-01-01/old.json")
      site.ageDone()
      try drain(site, RecordingWork(), DrainSettings(keepDone: .seconds(86_400)))
      #expect(try site.spool().places(in: .done).map(\.id) == [id])
    }
  }

  @Test func `a task that was deferred by a clock a year ahead is tried now`() throws {
    try ImporterSite.open { site in
      let ids = try (1...2).map { try site.add("\($0)") }
      for (id, wait) in zip(ids, [365.0 * 86_400, 3600]) {
        try site.spool().hold(TaskPlace(.new, "\(id).json"))?.postpone(
          RetryRecord(attempts: 1, due: Date() + wait, reason: "x"))
      }
      let work = RecordingWork()
      #expect(try drain(site, work).done == 1)
      #expect(work.runs == [["1"]])
      #expect(site.names("retry") == ["\(ids[1]).json", "\(ids[1]).json.retry"])
    }
  }

  @Test func `what is odd in done is noted, and ends no drain`() throws {
    try ImporterSite.open { site in
      try site.folder.write("a file", to: "spool/stock/done/2020-01-01")
      #expect(symlink("/etc", site.folder("spool/stock/done/2020-01-02").path) == 0)
      try site.folder.write("", to: "spool/stock/done/2020-01-03/x.json/in-a-folder")
      try site.folder.write("old", to: "spool/stock/done/2020-01-03/old.json")
      try site.folder.write("old", to: "spool/stock/done/2020-01-04/old.json")
      site.ageDone()
      try site.add("1")
      let notes = Mutex<[String]>([])
      let report = Drain(
        try site.spool(), DrainSettings(keepDone: .seconds(86_400)), work: RecordingWork(),
        stop: try StopRequest(), note: { note in notes.withLock { $0.append(note) } }
      ).run()
      #expect(report.end == nil && report.done == 1)
      let said = notes.withLock { $0 }
      for day in 1...3 {
        #expect(said.contains { $0.contains("done/2020-01-0\(day): ") }, "\(said)")
      }
      #expect(site.folder.names(in: "spool/stock/done/2020-01-03") == ["x.json"])
      #expect(!site.names("done").contains("2020-01-04"))
      #expect(FileManager.default.fileExists(atPath: "/etc/passwd"))
    }
  }

  @Test func `in order: nothing overtakes a task that waits, until it is done or given up`() throws
  {
    try ImporterSite.open { site in
      for number in 1...4 { try site.add("\(number)") }
      let failures = Mutex(["1": 2, "3": 9])
      let work = RecordingWork { bodies in
        failures.withLock { failures in
          guard let left = failures[bodies[0]], left > 0 else { return .done }
          failures[bodies[0]] = left - 1
          return .again("no")
        }
      }
      let stop = try StopRequest()
      let drain = Drain(
        try site.spool(),
        DrainSettings(
          follows: true, maxAttempts: 3, isOrdered: true,
          backOff: BackOff(first: .milliseconds(200))),
        work: work, stop: stop, note: { _ in })
      let ended = DispatchSemaphore(value: 0)
      Thread {
        _ = drain.run()
        ended.signal()
      }.start()
      try until("the last is done") { drain.soFar.done == 3 }
      stop.request(by: .now)
      #expect(ended.wait(timeout: .now() + 30) == .success)
      #expect(work.runs.map { $0[0] } == ["1", "1", "1", "2", "3", "3", "3", "4"])
      #expect(drain.soFar.failed == 1)
      #expect(drain.soFar.attempts == 8)
    }
  }

  @Test func `in order: a task that another has claimed is waited for`() throws {
    try ImporterSite.open { site in
      for number in 1...2 { try site.add("\(number)") }
      let work = RecordingWork()
      let settings = DrainSettings(isOrdered: true, lookEvery: .zero)
      let first = try #require(try site.spool().places(in: .new).first)
      let claim = try #require(try site.spool().claim(first))
      #expect(try drain(site, work, settings) == DrainReport())
      try claim.release()
      #expect(try drain(site, work, settings).done == 2)
      #expect(work.runs.map { $0[0] } == ["1", "2"])
    }
  }

  @Test func `a task that is too old is given up after the attempt that failed, not before`() throws
  {
    try ImporterSite.open { site in
      let id = try site.add("1")
      let work = RecordingWork { _ in .again("no\nwords") }
      #expect(try drain(site, work, DrainSettings(maxAge: .seconds(3600))).deferred == 1)
      try site.spool().hold(TaskPlace(.retry, "\(id).json"))?.release()
      usleep(20_000)
      #expect(try drain(site, work, DrainSettings(maxAge: .milliseconds(1))).failed == 1)
      #expect(work.runs.count == 2)
      #expect(
        site.folder.text("spool/stock/failed/\(id).json.reason")
          == "no, and it is older than 0.001 seconds\nwords\n")
    }
  }

  @Test func `a wait that was asked for is kept, also where it is longer than ours`() throws {
    try ImporterSite.open { site in
      let id = try site.add("1")
      try drain(site, RecordingWork { _ in .again("busy", after: .seconds(7200)) })
      let due = try #require(try site.spool().record(of: "\(id).json")?.due)
      #expect(abs(due.timeIntervalSinceNow - 7200) < 60)
    }
  }
}
