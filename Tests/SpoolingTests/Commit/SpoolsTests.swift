import Foundation
import Synchronization
import Testing

@testable import Harness
@testable import Spooling

/// The queue, the deadline, the end and the reload.
@Suite struct SpoolsTests {
  @Test func `64 threads at once lose nothing and mix nothing up`() throws {
    let folder = try Folder(named: "spooling")
    let spools = try Spools(
      root: "\(folder.path)/spool", state: folder.path, threads: 16, largestLogged: 0)
    Scenario.update(spools)
    let commits = (0..<640).map { _ in Scenario.commit(["a", "b"]) }
    let ends = CallCounter()
    DispatchQueue.concurrentPerform(iterations: 64) { thread in
      for commit in commits[(thread * 10)..<(thread * 10 + 10)] {
        #expect(throws: Never.self) {
          try spools.commit(commit, by: .now + .seconds(3600), onEnd: ends.add)
        }
      }
    }
    spools.stop()
    #expect(ends.value == 640)
    let entries = commits.flatMap(\.entries)
    for entry in entries {
      #expect(
        folder.contents("spool/\(entry.spool)/new/\(entry.id).json") == entry.parts.flatMap { $0 })
    }
    #expect(folder.names(in: "spool/a/new").count + folder.names(in: "spool/b/new").count == 1280)
  }

  @Test func `a request waits no longer than its deadline, and the commit still finishes`() throws {
    let disk = SimulatedFileSystem(Scenario.empty)
    let gate = GatedFileSystem(disk)
    let spools = try Scenario.open(gate)
    let ends = CallCounter()
    let commit = Scenario.commit(["a"])
    gate.shut()
    #expect(throws: SpoolError.deadline) {
      try spools.commit(commit, by: .now + .milliseconds(20), onEnd: ends.add)
    }
    gate.waitForArrival()
    #expect(ends.value == 0)
    #expect(spools.status.running == 1)
    gate.open()
    #expect(ends.wait())
    spools.stop()
    #expect(ends.value == 1)
    #expect(disk.disk.files("/spool/a/new").count == 1)
  }

  @Test func `a commit that no thread took by its deadline is never written`() throws {
    let disk = SimulatedFileSystem(Scenario.empty)
    let gate = GatedFileSystem(disk)
    let spools = try Scenario.open(gate)
    gate.shut()
    let first = CallCounter()
    let waiting = Thread.detached {
      _ = Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools)
      first.add()
    }
    gate.waitForArrival()
    let ends = CallCounter()
    for wait in [Duration.milliseconds(20), .zero, .seconds(-1)] {
      #expect(throws: SpoolError.deadline) {
        try spools.commit(Scenario.commit(["b"]), by: .now + wait, onEnd: ends.add)
      }
    }
    #expect(ends.value == 3)
    #expect(spools.status.waiting == 0)
    gate.open()
    #expect(first.wait())
    _ = waiting
    spools.stop()
    #expect(disk.disk.files("/spool/a/new").count == 1)
    #expect(disk.disk.files("/spool/b/new").isEmpty)
  }

  @Test func `a commit whose deadline is over is not written, even if a thread is free`() throws {
    let disk = SimulatedFileSystem(Scenario.empty)
    let spools = try Scenario.open(disk)
    for _ in 0..<100 {
      #expect(throws: SpoolError.deadline) {
        try spools.commit(Scenario.commit(["a"]), by: .now)
      }
    }
    spools.stop()
    #expect(disk.disk.files("/spool/a/new").isEmpty)
  }

  @Test func `the end finishes what is queued and takes nothing more`() throws {
    let disk = SimulatedFileSystem(Scenario.empty)
    let gate = GatedFileSystem(disk)
    let spools = try Scenario.open(gate)
    gate.shut()
    let acknowledged = CallCounter()
    for _ in 0..<10 {
      _ = Thread.detached {
        if Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools) { acknowledged.add() }
      }
    }
    while spools.status.waiting + spools.status.running < 10 { sched_yield() }
    gate.open()
    spools.stop()
    for _ in 0..<10 { #expect(acknowledged.wait()) }
    #expect(disk.disk.files("/spool/a/new").count == 10)
    let ends = CallCounter()
    #expect(throws: SpoolError.stopping) {
      try spools.commit(Scenario.commit(["a"]), by: .now + .seconds(60), onEnd: ends.add)
    }
    #expect(ends.value == 1)
    #expect(disk.openDescriptors == 0)
  }

  @Test func `the end of a commit is told exactly once, however it ends`() throws {
    let disk = SimulatedFileSystem(Scenario.empty)
    let spools = try Scenario.open(disk)
    let ends = CallCounter()
    func end(_ spool: SpoolID?) -> Int {
      let commit = spool.map { Scenario.commit([$0]) } ?? Commit()
      try? spools.commit(commit, by: .now + .seconds(3600), onEnd: ends.add)
      return ends.value
    }
    #expect(end("a") == 1)
    #expect(end(nil) == 2)
    #expect(end("missing") == 3)
    disk.failNext(.renameat2, with: EACCES)
    #expect(end("a") == 4)
    disk.failNext(.writev, with: ENOSPC)
    #expect(end("a") == 5)
    disk.failNext(.fsync, with: EIO)
    #expect(end("a") == 6)
    #expect(end("a") == 7)
    spools.stop()
    #expect(end("a") == 8)
  }

  @Test func `a reload closes what is not named any more, after its last commit`() throws {
    let disk = SimulatedFileSystem(Scenario.empty)
    let gate = GatedFileSystem(disk)
    let spools = try Scenario.open(gate)
    #expect(disk.openDescriptors == 7)
    gate.shut()
    let ends = CallCounter()
    _ = Thread.detached {
      if Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools) { ends.add() }
    }
    gate.waitForArrival()
    spools.update([], floors: Floors(bytes: 0, inodes: 0))
    #expect(disk.openDescriptors > 0)
    gate.open()
    #expect(ends.wait())
    #expect(disk.openDescriptors == 1, "of the state directory")
    #expect(Scenario.isAcknowledged(Scenario.commit(["b"]), by: spools))
    spools.stop()
    #expect(disk.openDescriptors == 0)
  }

  @Test func `a commit of many tasks keeps few files open, and flushes its directory once`() throws
  {
    let disk = SimulatedFileSystem(Scenario.empty)
    let spools = try Scenario.open(disk)
    let before = disk.calls.count
    let many = [SpoolID](repeating: "a", count: 1000)
    #expect(Scenario.isAcknowledged(Scenario.commit(many), by: spools))
    let flushes = disk.calls[before...].count { $0 == .fsync }
    spools.stop()
    #expect(flushes == 1001)
    #expect(disk.mostDescriptors < 100)
    #expect(disk.disk.files("/spool/a/new").count == 1000)
  }
}

extension Thread {
  fileprivate static func detached(_ body: @escaping @Sendable () -> Void) -> Thread {
    let thread = Thread(block: body)
    thread.start()
    return thread
  }
}
