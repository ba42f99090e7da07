import Foundation
import Testing

@testable import Spooling

/// What the write-ahead log does with whatever it finds, and when it can't be used.
@Suite struct LogTests {
  let folder: TemporaryFolder
  private static let first = "state/wal/0007.log"

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/state", withIntermediateDirectories: false)
  }

  private func open(
    way: CommitWay = .log, layout: LogLayout = LogLayout(),
    _ fileSystem: any FileSystem = LinuxFileSystem()
  ) -> Spools {
    let spools = Spools(
      folders: SpoolFolders(spools: "\(folder.path)/spool", state: "\(folder.path)/state"),
      threads: 4, fileSystem: fileSystem, layout: layout, spaceAge: .zero, probeEvery: nil)
    Scenario.update(spools, way: way)
    return spools
  }

  private func isThere(_ commit: Commit) -> Bool {
    commit.entries.allSatisfy { entry in
      let place = entry.place == .new ? "new" : "failed"
      return folder.bytes("spool/\(entry.spool)/\(place)/\(entry.id).json")
        == entry.parts.flatMap { $0 }
    }
  }

  /// Leaves a log with commits in it, a group each, that were acknowledged and not published: what a
  /// process leaves that is killed before it has published them.
  private func leaveUnpublished(_ commits: [Commit]) throws {
    let held = HeldPublishing(base: LinuxFileSystem())
    let spools = open(held)
    held.hold()
    for commit in commits { try #require(Scenario.isAcknowledged(commit, by: spools)) }
    for commit in commits { #expect(!isThere(commit)) }
    try FileManager.default.copyItem(atPath: folder.path, toPath: "\(folder.path)-killed")
    held.release()
    spools.stop()
    for name in ["spool", "state"] {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
      try FileManager.default.moveItem(
        atPath: "\(folder.path)-killed/\(name)", toPath: "\(folder.path)/\(name)")
    }
    try FileManager.default.removeItem(atPath: "\(folder.path)-killed")
  }

  private func change(_ file: String, _ body: (inout [UInt8]) -> Void) throws {
    var bytes = try #require(folder.bytes(file))
    body(&bytes)
    try Data(bytes).write(to: URL(filePath: "\(folder.path)/\(file)"))
  }

  @Test(arguments: CommitWay.allCases)
  func `what was left unpublished is published at the next start, whichever way that goes`(
    _ way: CommitWay
  ) throws {
    let commits = [Scenario.commit(["a", "b"]), Scenario.commit(["c", "a"], failed: [0])]
    try leaveUnpublished(commits)
    let spools = open(way: way)
    for commit in commits { #expect(isThere(commit)) }
    #expect(folder.bytes("spool/c/failed/\(commits[1].entries[0].id).json.reason") != nil)
    #expect(spools.status.log == LogStatus(isInUse: way == .log))
    spools.stop()
  }

  @Test func `what an importer has taken is not published again`() throws {
    let spools = open()
    let commit = Scenario.commit(["a"])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    spools.stop()
    let path = "\(folder.path)/spool/a/new/\(commit.entries[0].id).json"
    try FileManager.default.removeItem(atPath: path)
    open().stop()
    #expect(!isThere(commit))
  }

  @Test func `a claimed task is not published again, though the log still holds it`() throws {
    let commit = Scenario.commit(["a", "a"])
    try leaveUnpublished([commit])
    let name = "\(commit.entries[0].id).json"
    try folder.write("claimed", to: "spool/a/cur/\(name)")
    open().stop()
    #expect(try folder.names("spool/a/new") == ["\(commit.entries[1].id).json"])
  }

  @Test
  func `a changed byte is found, kept aside and reported, and the groups around it are published`()
    throws
  {
    let commits = (0..<3).map { _ in Scenario.commit(["a"]) }
    try leaveUnpublished(commits)
    try change(Self.first) { $0[LogLayout.block + 100] ^= 1 }
    let spools = open()
    #expect(isThere(commits[0]) && !isThere(commits[1]) && isThere(commits[2]))
    let unreadable = spools.status.log.unreadable
    #expect(
      unreadable.contains { $0.hasPrefix("0007.log: group 2 is not whole; kept as unreadable-") })
    let kept = try folder.names("state/wal").filter { $0.hasPrefix("unreadable-") }
    #expect(kept.count == 1)
    #expect(folder.mode("state/wal/\(kept[0])") == S_IFREG | 0o600)
    #expect(spools.status.log.isInUse)
    spools.stop()
    let again = open()
    #expect(again.status.log.unreadable.isEmpty, "it is reported once")
    again.stop()
  }

  @Test func `a tail that is gone is reported, and what is before it is published`() throws {
    let commits = (0..<3).map { _ in Scenario.commit(["a"]) }
    try leaveUnpublished(commits)
    try change(Self.first) { $0.removeLast($0.count - 2 * LogLayout.block) }
    let spools = open()
    #expect(isThere(commits[0]) && isThere(commits[1]) && !isThere(commits[2]))
    #expect(spools.status.log.unreadable.count == 1)
    #expect(spools.status.log.unreadable.first?.contains("it is cut after 8192 bytes") == true)
    spools.stop()
  }

  @Test func `a group whose head is gone is missed by its number`() throws {
    let commits = (0..<3).map { _ in Scenario.commit(["a"]) }
    try leaveUnpublished(commits)
    try change(Self.first) {
      $0.replaceSubrange(0..<LogLayout.block, with: repeatElement(0, count: LogLayout.block))
    }
    let spools = open()
    #expect(!isThere(commits[0]) && isThere(commits[1]) && isThere(commits[2]))
    #expect(
      spools.status.log.unreadable.contains { $0.contains("the groups 1 to 1 are missing") })
    spools.stop()
  }

  @Test func `a log without its checkpoint is kept aside, and a new one begins`() throws {
    let commit = Scenario.commit(["a"])
    try leaveUnpublished([commit])
    try change("state/wal/checkpoint") {
      $0[100] ^= 1
      $0[LogLayout.block + 100] ^= 1
    }
    let spools = open()
    #expect(!isThere(commit))
    #expect(spools.status.log.unreadable.count == 1)
    #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools))
    spools.stop()
  }

  @Test func `one slot of the checkpoint is enough`() throws {
    let commit = Scenario.commit(["a"])
    try leaveUnpublished([commit])
    try change("state/wal/checkpoint") { $0[100] ^= 1 }
    let spools = open()
    #expect(isThere(commit))
    #expect(spools.status.log == LogStatus(isInUse: true))
    spools.stop()
  }

  @Test func `a spool that can't be written keeps its tasks in the log, and no others`() throws {
    let commit = Scenario.commit(["a", "b"])
    try leaveUnpublished([commit])
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/spool/b/new", toPath: "\(folder.path)/elsewhere")
    try folder.write("in the way", to: "spool/b/new")
    let spools = open()
    #expect(folder.bytes("spool/a/new/\(commit.entries[0].id).json") != nil)
    #expect(
      spools.status.log.problem?.hasPrefix("1 files in it can't be published: spool b") == true)
    let next = Scenario.commit(["a"])
    #expect(Scenario.isAcknowledged(next, by: spools), "the plain way, meanwhile")
    #expect(isThere(next))
    // An importer may have taken it since: it does not come again.
    try FileManager.default.removeItem(
      atPath: "\(folder.path)/spool/a/new/\(commit.entries[0].id).json")
    try FileManager.default.removeItem(atPath: "\(folder.path)/spool/b/new")
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/elsewhere", toPath: "\(folder.path)/spool/b/new")
    spools.probe()
    #expect(folder.bytes("spool/b/new/\(commit.entries[1].id).json") != nil)
    #expect(folder.bytes("spool/a/new/\(commit.entries[0].id).json") == nil)
    #expect(spools.status.log == LogStatus(isInUse: true))
    spools.stop()
  }

  @Test func `the end publishes what could not be published before, if it can be by now`() throws {
    let commit = Scenario.commit(["a", "b"])
    try leaveUnpublished([commit])
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/spool/b/new", toPath: "\(folder.path)/elsewhere")
    try folder.write("in the way", to: "spool/b/new")
    let spools = open()
    #expect(!isThere(commit))
    try FileManager.default.removeItem(atPath: "\(folder.path)/spool/b/new")
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/elsewhere", toPath: "\(folder.path)/spool/b/new")
    spools.stop()
    #expect(isThere(commit))
  }

  @Test func `a log that gets full is published before it is due, and grows`() throws {
    let layout = LogLayout(
      segmentBytes: 2 * LogLayout.block, mostSegments: 64, largestCommit: 4 << 10,
      interval: .seconds(3600), calm: .seconds(3600))
    let spools = open(layout: layout)
    // Each is a group of its own, and takes half a segment. The first is published at once.
    let commits = (0..<13).map { _ in Scenario.commit(["a"]) }
    for commit in commits { #expect(Scenario.isAcknowledged(commit, by: spools)) }
    for _ in 0..<1_000 where !isThere(commits[1]) { usleep(10_000) }
    #expect(isThere(commits[1]))
    // More than the first eight and the checkpoint.
    for _ in 0..<1_000 where try folder.names("state/wal").count < 10 { usleep(10_000) }
    #expect(try folder.names("state/wal").count >= 10)
    spools.stop()
    #expect(commits.allSatisfy(isThere))
  }

  @Test func `a full log sends commits the plain way, and forgets nothing`() throws {
    let layout = LogLayout(
      segmentBytes: 2 * LogLayout.block, mostSegments: 4, largestCommit: 4 << 10,
      interval: .milliseconds(1))
    let spools = open(layout: layout)
    let commits = (0..<400).map { _ in Scenario.commit(["a", "b"]) }
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for commit in commits[(thread * 50)..<(thread * 50 + 50)] {
        #expect(Scenario.isAcknowledged(commit, by: spools))
      }
    }
    spools.stop()
    #expect(commits.allSatisfy(isThere))
  }

  @Test func `64 threads at once lose nothing, and share their flushes`() throws {
    let spools = open()
    let commits = (0..<640).map { _ in Scenario.commit(["a", "b"]) }
    DispatchQueue.concurrentPerform(iterations: 64) { thread in
      for commit in commits[(thread * 10)..<(thread * 10 + 10)] {
        #expect(Scenario.isAcknowledged(commit, by: spools))
      }
    }
    spools.stop()
    #expect(commits.allSatisfy(isThere))
    for spool in ["a", "b"] { #expect(try folder.names("spool/\(spool)/tmp").isEmpty) }
    #expect(try folder.names("spool/a/new").count == 640)
  }

  @Test func `a large commit goes the plain way`() throws {
    let spools = open(layout: LogLayout(interval: .seconds(3600)))
    let id = Scenario.commit(["a"]).entries[0].id
    let parts = [[UInt8](repeating: 65, count: 300 << 10)]
    let commit = Commit([Commit.Entry(spool: "a", id: id, parts: parts)])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    #expect(isThere(commit))
    spools.stop()
  }

  @Test func `a commit for this program alone is in its place at once`() throws {
    let held = HeldPublishing(base: LinuxFileSystem())
    let spools = open(held)
    spools.update(
      [SpoolSettings(identifier: "secrets/a", make: true)], floors: Floors(bytes: 0, inodes: 0))
    held.hold()
    let id = Scenario.commit(["a"]).entries[0].id
    let commit = Commit([Commit.Entry(spool: "secrets/a", id: id, parts: [[65]])])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    #expect(folder.bytes("state/secrets/a/new/\(id).json") == [65])
    held.release()
    spools.stop()
  }

  @Test func `published segments hold nothing of what was delivered once they are free again`()
    throws
  {
    let layout = LogLayout(
      segmentBytes: 2 * LogLayout.block, mostSegments: 4, largestCommit: 4 << 10, interval: .zero)
    let spools = open(layout: layout)
    for _ in 0..<40 { #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools)) }
    Scenario.settle(spools)
    let full = try folder.names("state/wal").filter { $0.hasSuffix(".log") }
      .filter { folder.bytes("state/wal/\($0)")?.contains { $0 != 0 } == true }
    #expect(full.count <= 1, "but for the one that is written to")
    spools.stop()
  }

  @Test func `a reload changes the way, and both keep what they were given`() throws {
    let spools = open(way: .direct)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/state/wal"))
    var commits: [Commit] = []
    for way in [CommitWay.log, .direct, .log] {
      Scenario.update(spools, way: way)
      #expect(spools.status.log == LogStatus(isInUse: way == .log))
      commits.append(Scenario.commit(["a"]))
      #expect(Scenario.isAcknowledged(commits[commits.count - 1], by: spools))
    }
    spools.stop()
    #expect(commits.allSatisfy(isThere))
  }

  @Test func `a state directory that is missing is a problem, and no reason to refuse`() throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/state")
    let spools = open()
    #expect(spools.status.log.problem == "openat: No such file or directory")
    #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools))
    spools.stop()
  }
}
