import Foundation
import Testing

@testable import Spooling

/// The consequences of a failure for later commits: no room, no trust, the probe.
@Suite struct FailureTests {
  let disk = SimulatedFileSystem(Scenario.empty)
  let spools: Spools

  init() throws { spools = try Scenario.open(disk) }

  private func outcome(_ identifiers: [SpoolID] = ["a"], in spools: Spools? = nil) -> SpoolError? {
    do throws(SpoolError) {
      try (spools ?? self.spools)
        .commit(Scenario.commit(identifiers), by: .now + .seconds(3600))
      return nil
    } catch {
      return error
    }
  }

  private func isUnavailable(_ error: SpoolError?) -> Bool {
    if case .unavailable = error { true } else { false }
  }

  private struct Failure: CustomTestStringConvertible {
    let call: SystemError.Call
    let number: Int32
    let isFull: Bool
    let isDistrusted: Bool
    var testDescription: String { "\(SystemError(call, number))" }
  }

  private static let failures = [
    Failure(call: .openat, number: EMFILE, isFull: false, isDistrusted: false),
    Failure(call: .openat, number: EROFS, isFull: false, isDistrusted: true),
    Failure(call: .openat, number: EIO, isFull: false, isDistrusted: true),
    Failure(call: .writev, number: ENOSPC, isFull: true, isDistrusted: false),
    Failure(call: .writev, number: EDQUOT, isFull: true, isDistrusted: false),
    Failure(call: .writev, number: EIO, isFull: false, isDistrusted: true),
    Failure(call: .fsync, number: EIO, isFull: false, isDistrusted: true),
    Failure(call: .fsync, number: ENOSPC, isFull: true, isDistrusted: true),
    Failure(call: .close, number: EIO, isFull: false, isDistrusted: true),
    Failure(call: .close, number: EDQUOT, isFull: true, isDistrusted: true),
    Failure(call: .renameat2, number: EEXIST, isFull: false, isDistrusted: false),
    Failure(call: .renameat2, number: ENOSPC, isFull: true, isDistrusted: false),
    Failure(call: .fstatvfs, number: EIO, isFull: false, isDistrusted: true),
  ]

  @Test(arguments: failures)
  private func `a failed call refuses its commit, and the next one only if trust is gone`(
    _ failure: Failure
  ) {
    let error = SystemError(failure.call, failure.number)
    disk.failNext(failure.call, with: failure.number)
    let expected: SpoolError =
      failure.isFull
      ? .full(spool: "a", reason: "\(error)") : .failed(error, spool: "a")
    #expect(outcome() == expected)
    #expect(spools.status.problems["a"]?.error == expected)
    #expect(disk.disk.files("/spool/a/tmp").isEmpty)
    #expect(isUnavailable(outcome()) == failure.isDistrusted)
    #expect(spools.status.distrust.count == (failure.isDistrusted ? 1 : 0))
    spools.look()
    #expect(outcome() == nil)
    #expect(spools.status.distrust.isEmpty)
    spools.stop()
  }

  @Test func `after a failed flush, nothing is flushed again and nothing touches the disk`() {
    disk.failNext(.fsync, with: EIO)
    let before = disk.calls.count
    #expect(outcome() != nil)
    let calls = disk.calls[before...]
    #expect(
      calls.suffix(from: calls.firstIndex(of: .fsync)!) == [.fsync, .close, .close, .unlinkat])
    let after = disk.calls.count
    // The first commit closes the open directories, so that the file system can be unmounted.
    #expect(isUnavailable(outcome()))
    #expect(disk.calls[after...].allSatisfy { $0 == .close })
    #expect(isUnavailable(outcome()))
    #expect(disk.calls.count == after + 2)
    spools.stop()
  }

  @Test func `trust comes back with the first probe that succeeds, for all spools of the disk`() {
    disk.fail(.fsync, with: EIO)
    #expect(outcome() == .failed(SystemError(.fsync, EIO), spool: "a"))
    #expect(isUnavailable(outcome(["b"])))
    spools.look()
    #expect(isUnavailable(outcome(["b"])))
    disk.fail(.fsync, with: nil)
    disk.fail(.writev, with: EIO)
    spools.look()
    #expect(isUnavailable(outcome(["c"])))
    #expect(
      disk.openDescriptors == 1, "nothing but the state directory keeps it from being unmounted")
    disk.fail(.writev, with: nil)
    spools.look()
    #expect(outcome(["a", "b", "c"]) == nil)
    #expect(disk.disk.files("/spool/a/tmp").isEmpty)
    spools.stop()
  }

  @Test func `a probe whose content does not come back isn't a reason for trust`() throws {
    let wrong = WrongReadFileSystem(base: disk)
    let spools = try Scenario.open(wrong)
    disk.failNext(.fsync, with: EIO)
    #expect(outcome(in: spools) != nil)
    spools.look()
    #expect(isUnavailable(outcome(in: spools)))
    let reasons = spools.status.distrust
    #expect(reasons.count == 1 && reasons[0].hasSuffix(": read: Input/output error"))
    spools.stop()
    self.spools.stop()
  }

  @Test func `a failed flush takes trust from its own file system alone`() {
    put("b", onDevice: 2)
    Scenario.update(spools)
    disk.failNext(.fsync, with: EIO)
    #expect(outcome(["a"]) != nil)
    #expect(isUnavailable(outcome(["c"])))
    #expect(outcome(["b"]) == nil)
    #expect(isUnavailable(outcome(["b", "a"])))
    spools.stop()
  }

  @Test func `a file system that was replaced by another needs no probe`() {
    disk.fail(.fsync, with: EIO)
    #expect(outcome() != nil)
    spools.look()
    #expect(isUnavailable(outcome()))
    disk.fail(.fsync, with: nil)
    for spool in Scenario.spools { put(spool, onDevice: 7) }
    spools.look()
    #expect(outcome() == nil)
    #expect(spools.status.distrust.isEmpty)
    spools.stop()
  }

  @Test func `two commits in one directory both hear that its flush failed`() throws {
    let meeting = MeetingFileSystem(disk)
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 2,
      fileSystem: meeting, layout: Scenario.plain, spaceAge: .zero, lookEvery: nil)
    Scenario.update(spools)
    #expect(outcome(in: spools) == nil)
    meeting.begin()
    let refused = CallCounter()
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      if !Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools) { refused.add() }
    }
    #expect(refused.value == 2)
    spools.stop()
    self.spools.stop()
  }

  @Test func `a commit that is flushed while another loses the trust is not acknowledged`() throws {
    let gate = GatedFileSystem(disk)
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 2, fileSystem: gate,
      layout: Scenario.plain, spaceAge: .zero, lookEvery: nil)
    Scenario.update(spools)
    gate.shut()
    let refused = CallCounter()
    spools.commit(Scenario.commit(["a"]), by: .now + .seconds(3600)) { outcome in
      if case .failure = outcome { refused.add() }
    }
    gate.waitForArrival()
    disk.failNext(.fsync, with: EIO)
    #expect(outcome(["b"], in: spools) != nil)
    gate.open()
    #expect(refused.wait())
    spools.stop()
    self.spools.stop()
  }

  @Test func `below a floor nothing is written`() {
    let before = disk.disk.inodes.count
    disk.space = Space(bytes: 1 << 20 - 1, inodes: 1000)
    #expect(
      outcome() == .full(spool: "a", reason: "1048575 bytes are free, min_free is 1048576"))
    disk.space = Space(bytes: 1 << 20, inodes: 99)
    #expect(
      outcome() == .full(spool: "a", reason: "99 inodes are free, min_free_inodes is 100"))
    #expect(disk.disk.inodes.count == before)
    disk.space = Space(bytes: 1 << 20, inodes: nil)
    #expect(outcome() == nil)
    spools.stop()
  }

  @Test func `what is free is asked for now and then, and again when there is no room`() throws {
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 1, fileSystem: disk,
      layout: Scenario.plain, spaceAge: .seconds(3600), lookEvery: nil)
    Scenario.update(spools)
    #expect(outcome(in: spools) == nil)
    disk.space.bytes = 0
    let before = disk.calls.count
    #expect(outcome(in: spools) == nil)
    #expect(!disk.calls[before...].contains(.fstatvfs))
    disk.failNext(.writev, with: ENOSPC)
    #expect(outcome(in: spools) != nil)
    #expect(
      outcome(in: spools)
        == .full(spool: "a", reason: "0 bytes are free, min_free is 1048576"))
    spools.stop()
    self.spools.stop()
  }

  @Test func `a directory on another file system than its spool is refused`() {
    var changed = disk.disk
    changed.inodes[changed.find("/spool/a/new")!]!.device = 9
    disk.disk = changed
    Scenario.update(spools)
    let reason =
      "/spool/a/new lies on another file system than the spool, so no task can be moved into it"
    #expect(outcome() == .unavailable(spool: "a", reason: reason))
    spools.stop()
  }

  @Test func `the probe runs by itself for as long as it is needed`() throws {
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 1, fileSystem: disk,
      layout: Scenario.plain, spaceAge: .zero,
      lookEvery: .milliseconds(1))
    Scenario.update(spools)
    for _ in 0..<3 {
      disk.failNext(.fsync, with: EIO)
      #expect(outcome(in: spools) != nil)
      while !spools.status.distrust.isEmpty { sched_yield() }
      #expect(outcome(in: spools) == nil)
    }
    disk.fail(.fsync, with: EIO)
    #expect(outcome(in: spools) != nil)
    spools.stop()
    self.spools.stop()
    #expect(disk.openDescriptors == 0)
  }

  private func put(_ spool: SpoolID, onDevice device: UInt64) {
    var changed = disk.disk
    let number = changed.find("/spool/\(spool)")!
    changed.inodes[number]!.device = device
    for part in changed.inodes[number]!.names.values { changed.inodes[part]!.device = device }
    disk.disk = changed
  }
}
