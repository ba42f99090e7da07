import Bytes
import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// The write-ahead log handles whatever it finds, and says when it can't be used.
@Suite struct LogTests {
  let folder: Folder
  private static let first = "state/wal/0007.log"

  init() throws {
    folder = try Folder(named: "spooling")
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/state", withIntermediateDirectories: false)
  }

  private func open(
    _ way: Scenario.Way = .log,
    layout: WALLayout = WALLayout(patience: .seconds(3600), firstPause: .zero),
    on fileSystem: any FileSystem = LinuxFileSystem()
  ) throws -> Spools {
    let spools = try Spools(
      folders: SpoolFolders(spools: "\(folder.path)/spool", state: "\(folder.path)/state"),
      threads: 4, fileSystem: fileSystem, layout: way == .log ? layout : Scenario.plain,
      spaceAge: .zero, lookEvery: nil)
    Scenario.update(spools)
    return spools
  }

  private func isThere(_ commit: Commit) -> Bool {
    commit.entries.allSatisfy { entry in
      let place = entry.place == .new ? "new" : "failed"
      return folder.contents("spool/\(entry.spool)/\(place)/\(entry.id).json")
        == entry.parts.flatMap { $0 }
    }
  }

  /// Leaves a log with commits, a group each, that were acknowledged and not published. A process
  /// that is killed before publishing leaves the same.
  private func leaveUnpublished(_ commits: [Commit]) throws {
    let held = HeldPublishing(base: LinuxFileSystem())
    let spools = try open(on: held)
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
    var bytes = try #require(folder.contents(file))
    body(&bytes)
    try Data(bytes).write(to: URL(filePath: "\(folder.path)/\(file)"))
  }

  @Test func `what was left unpublished is published at the next start`() throws {
    let commits = [Scenario.commit(["a", "b"]), Scenario.commit(["c", "a"], failed: [0])]
    try leaveUnpublished(commits)
    let spools = try open()
    for commit in commits { #expect(isThere(commit)) }
    #expect(folder.contents("spool/c/failed/\(commits[1].entries[0].id).json.reason") != nil)
    #expect(spools.status.log == WALStatus(isInUse: true))
    spools.stop()
  }

  @Test func `what an importer has taken is not published again`() throws {
    let spools = try open()
    let commit = Scenario.commit(["a"])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    spools.stop()
    let path = "\(folder.path)/spool/a/new/\(commit.entries[0].id).json"
    try FileManager.default.removeItem(atPath: path)
    try open().stop()
    #expect(!isThere(commit))
  }

  @Test(arguments: [
    "cur/NAME", "cur/NAME.drain", "retry/NAME", "failed/NAME", "done/2026-11-24/NAME",
  ])
  func `a task that an importer has moved is not published again, though the log holds it`(
    _ place: String
  ) throws {
    let commit = Scenario.commit(["a", "a"])
    try leaveUnpublished([commit])
    let name = "\(commit.entries[0].id).json"
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/spool/a/done/2026-11-24", withIntermediateDirectories: true)
    try folder.write("moved", to: "spool/a/\(place.replacing("NAME", with: name))")
    try open().stop()
    #expect(folder.names(in: "spool/a/new") == ["\(commit.entries[1].id).json"])
  }

  @Test func `a task that goes back from cur to new while it is looked for is seen`() throws {
    let commit = Scenario.commit(["a"])
    try leaveUnpublished([commit])
    let name = "\(commit.entries[0].id).json"
    let (new, cur) = ("\(folder.path)/spool/a/new/\(name)", "\(folder.path)/spool/a/cur/\(name)")
    try FileManager.default.moveItem(
      atPath: try folder.write("claimed", to: "spool/a/claim").path, toPath: cur)
    // Its importer lets go of it, claims it again, and finishes it before the log's copy could meet
    // it.
    let importer = BusyImporter(
      base: LinuxFileSystem(), afterFirstLook: { rename(cur, new) }, afterLook: { unlink(new) })
    try open(on: importer).stop()
    #expect(importer.isOver)
    #expect(folder.names(in: "spool/a/new") == [])
  }

  @Test
  func `a changed byte is found, kept aside and reported, and the groups around it are published`()
    throws
  {
    let commits = (0..<3).map { _ in Scenario.commit(["a"]) }
    try leaveUnpublished(commits)
    try change(Self.first) { $0[WALLayout.block + 100] ^= 1 }
    let spools = try open()
    #expect(isThere(commits[0]) && !isThere(commits[1]) && isThere(commits[2]))
    let unreadable = spools.status.log.unreadable
    #expect(
      unreadable.contains { $0.hasPrefix("0007.log: group 2 is incomplete; kept as unreadable-") })
    let kept = folder.names(in: "state/wal").filter { $0.hasPrefix("unreadable-") }
    #expect(kept.count == 1)
    #expect(folder.mode("state/wal/\(kept[0])") == S_IFREG | 0o600)
    #expect(spools.status.log.isInUse)
    spools.stop()
    let again = try open()
    #expect(again.status.log.unreadable.isEmpty, "it is reported once")
    again.stop()
  }

  @Test func `a tail that is gone is reported, and what is before it is published`() throws {
    let commits = (0..<3).map { _ in Scenario.commit(["a"]) }
    try leaveUnpublished(commits)
    try change(Self.first) { $0.removeLast($0.count - 2 * WALLayout.block) }
    let spools = try open()
    #expect(isThere(commits[0]) && isThere(commits[1]) && !isThere(commits[2]))
    #expect(spools.status.log.unreadable.count == 1)
    #expect(
      spools.status.log.unreadable.first?.contains("the segment is cut off after 8192 bytes")
        == true)
    spools.stop()
  }

  @Test func `a group whose head is gone is missed by its number`() throws {
    let commits = (0..<3).map { _ in Scenario.commit(["a"]) }
    try leaveUnpublished(commits)
    try change(Self.first) {
      $0.replaceSubrange(0..<WALLayout.block, with: repeatElement(0, count: WALLayout.block))
    }
    let spools = try open()
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
      $0[WALLayout.block + 100] ^= 1
    }
    let spools = try open()
    #expect(!isThere(commit))
    #expect(spools.status.log.unreadable.count == 1)
    #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools))
    spools.stop()
  }

  @Test func `one slot of the checkpoint is enough`() throws {
    let commit = Scenario.commit(["a"])
    try leaveUnpublished([commit])
    try change("state/wal/checkpoint") { $0[100] ^= 1 }
    let spools = try open()
    #expect(isThere(commit))
    #expect(spools.status.log == WALStatus(isInUse: true))
    spools.stop()
  }

  @Test func `a spool that can't be written keeps its tasks in the log, and no others`() throws {
    let commit = Scenario.commit(["a", "b"])
    try leaveUnpublished([commit])
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/spool/b/new", toPath: "\(folder.path)/elsewhere")
    try folder.write("in the way", to: "spool/b/new")
    let spools = try open()
    #expect(folder.contents("spool/a/new/\(commit.entries[0].id).json") != nil)
    #expect(spools.status.unpublished["a"] == nil)
    let waiting = try #require(spools.status.unpublished["b"])
    #expect(waiting.tasks == 1)
    #expect(waiting.problem?.hasPrefix("spool b is unavailable: ") == true, "\(waiting)")
    let next = Scenario.commit(["a", "b"])
    #expect(Scenario.isAcknowledged(next, by: spools), "it is durable in the log")
    // An importer may have taken the task, so it does not come again.
    try FileManager.default.removeItem(
      atPath: "\(folder.path)/spool/a/new/\(commit.entries[0].id).json")
    try FileManager.default.removeItem(atPath: "\(folder.path)/spool/b/new")
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/elsewhere", toPath: "\(folder.path)/spool/b/new")
    while spools.unpublished > 0 { spools.look() }
    #expect(folder.contents("spool/b/new/\(commit.entries[1].id).json") != nil)
    #expect(folder.contents("spool/a/new/\(commit.entries[0].id).json") == nil)
    #expect(isThere(next))
    #expect(spools.status.log == WALStatus(isInUse: true))
    spools.stop()
  }

  @Test func `the end publishes what could not be published before, if it can be by now`() throws {
    let commit = Scenario.commit(["a", "b"])
    try leaveUnpublished([commit])
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/spool/b/new", toPath: "\(folder.path)/elsewhere")
    try folder.write("in the way", to: "spool/b/new")
    let spools = try open()
    #expect(!isThere(commit))
    try FileManager.default.removeItem(atPath: "\(folder.path)/spool/b/new")
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/elsewhere", toPath: "\(folder.path)/spool/b/new")
    spools.stop()
    #expect(isThere(commit))
  }

  @Test func `a log that gets full is published before it is due, and grows`() throws {
    let layout = WALLayout(
      segmentBytes: 2 * WALLayout.block, mostSegments: 64, largestCommit: 4 << 10,
      interval: .seconds(3600), calm: .seconds(3600))
    let spools = try open(layout: layout)
    // Each commit is a group of its own, and takes half a segment. The first is published at once.
    let commits = (0..<13).map { _ in Scenario.commit(["a"]) }
    for commit in commits { #expect(Scenario.isAcknowledged(commit, by: spools)) }
    try until("the second is published") { isThere(commits[1]) }
    // Eight segments and the checkpoint are there from the beginning.
    try until("the log has grown") { folder.names(in: "state/wal").count >= 10 }
    spools.stop()
    #expect(commits.allSatisfy(isThere))
  }

  @Test func `a full log has commits wait for room, and forgets nothing`() throws {
    let layout = WALLayout(
      segmentBytes: 2 * WALLayout.block, mostSegments: 4, largestCommit: 4 << 10,
      interval: .milliseconds(1), stuckAfter: .seconds(3600), setAsideAfter: .seconds(3600))
    let held = HeldPublishing(base: LinuxFileSystem())
    let spools = try open(layout: layout, on: held)
    held.hold()
    let commits = (0..<400).map { _ in Scenario.commit(["a", "b"]) }
    let acknowledged = CallCounter()
    let ended = DispatchGroup()
    for thread in 0..<8 {
      DispatchQueue.global().async(group: ended) {
        for commit in commits[(thread * 50)..<(thread * 50 + 50)]
        where Scenario.isAcknowledged(commit, by: spools) { acknowledged.add() }
      }
    }
    try until("the log is full") { spools.status.waiting == 8 }
    // Four segments of two groups, and at most 8 commits in a group.
    #expect((8...64).contains(acknowledged.value))
    held.release()
    ended.wait()
    #expect(acknowledged.value == 400)
    spools.stop()
    #expect(commits.allSatisfy(isThere))
  }

  @Test func `while the log is full and nothing is published, no thread is at work`() throws {
    let disk = SimulatedFileSystem(Scenario.empty)
    let held = HeldPublishing(base: disk)
    var layout = Scenario.layout
    (layout.stuckAfter, layout.setAsideAfter) = (.seconds(3600), .seconds(3600))
    let spools = try Spools(
      folders: SpoolFolders(spools: Scenario.root, state: "/state"), threads: 1, fileSystem: held,
      layout: layout, spaceAge: .zero, lookEvery: nil)
    Scenario.update(spools)
    held.hold()
    let ended = CallCounter()
    let thread = Thread {
      while Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools) {}
      ended.add()
    }
    thread.start()
    try until("the log is full") { spools.status.waiting == 1 }
    var quiet = 0
    try until("no call is made any more") {
      let before = disk.calls.count
      usleep(2_000)
      quiet = disk.calls.count == before ? quiet + 1 : 0
      return quiet == 5
    }
    held.release()
    #expect(spools.stop())
    #expect(ended.wait())
  }

  @Test func `64 threads at once lose nothing, and share their flushes`() throws {
    let spools = try open()
    let commits = (0..<640).map { _ in Scenario.commit(["a", "b"]) }
    DispatchQueue.concurrentPerform(iterations: 64) { thread in
      for commit in commits[(thread * 10)..<(thread * 10 + 10)] {
        #expect(Scenario.isAcknowledged(commit, by: spools))
      }
    }
    spools.stop()
    #expect(commits.allSatisfy(isThere))
    for spool in ["a", "b"] { #expect(folder.names(in: "spool/\(spool)/tmp").isEmpty) }
    #expect(folder.names(in: "spool/a/new").count == 640)
  }

  @Test func `a large commit goes the plain way`() throws {
    let spools = try open(layout: WALLayout(interval: .seconds(3600)))
    let id = Scenario.commit(["a"]).entries[0].id
    let parts = [[UInt8](repeating: 65, count: 300 << 10)]
    let commit = Commit([Commit.Entry(spool: "a", id: id, parts: parts)])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    #expect(isThere(commit))
    spools.stop()
  }

  @Test func `a commit for this program alone is in its place at once`() throws {
    let held = HeldPublishing(base: LinuxFileSystem())
    let spools = try open(on: held)
    spools.update(
      [SpoolSettings("secrets/a", make: true)], floors: Floors(bytes: 0, inodes: 0))
    held.hold()
    let id = Scenario.commit(["a"]).entries[0].id
    let commit = Commit([Commit.Entry(spool: "secrets/a", id: id, parts: [[65]])])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    #expect(folder.contents("state/secrets/a/new/\(id).json") == [65])
    held.release()
    spools.stop()
  }

  @Test func `published segments hold nothing of what was delivered once they are free again`()
    throws
  {
    let layout = WALLayout(
      segmentBytes: 2 * WALLayout.block, mostSegments: 4, largestCommit: 4 << 10, interval: .zero)
    let spools = try open(layout: layout)
    for _ in 0..<40 { #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools)) }
    Scenario.settle(spools)
    // All segments are empty, except the one that is written to.
    while folder.names(in: "state/wal").filter({ $0.hasSuffix(".log") })
      .filter({ folder.contents("state/wal/\($0)")?.contains { $0 != 0 } == true }).count > 1
    { spools.look() }
    spools.stop()
  }

  @Test func `a state directory that is missing is an error at the start`() throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/state")
    #expect(throws: SystemError(.openat, ENOENT)) { try open() }
  }
}

/// A file system on which an importer acts while a start looks for a task: after the first of its
/// lists of `new/`, and before the next flush of the file system.
private final class BusyImporter: WrappedFileSystem {
  private struct State {
    var paths: [Descriptor: String] = [:]
    var hasLooked = false
    var isOver = false
  }
  let base: any FileSystem
  private let afterFirstLook: @Sendable () -> Int32
  private let afterLook: @Sendable () -> Int32
  private let state = Mutex(State())

  init(
    base: any FileSystem, afterFirstLook: @escaping @Sendable () -> Int32,
    afterLook: @escaping @Sendable () -> Int32
  ) {
    self.base = base
    self.afterFirstLook = afterFirstLook
    self.afterLook = afterLook
  }

  /// Whether both have happened.
  var isOver: Bool { state.withLock { $0.isOver } }

  func openDirectory(_ name: String, in parent: Descriptor?) throws(SystemError) -> Descriptor {
    let descriptor = try base.openDirectory(name, in: parent)
    state.withLock { state in
      state.paths[descriptor] = parent.map { "\(state.paths[$0] ?? "")/\(name)" } ?? name
    }
    return descriptor
  }

  func names(in directory: Descriptor) throws(SystemError) -> [String] {
    let names = try base.names(in: directory)
    let isFirst = state.withLock { state in
      guard !state.hasLooked, state.paths[directory]?.hasSuffix("/a/new") == true else {
        return false
      }
      state.hasLooked = true
      return true
    }
    if isFirst, afterFirstLook() != 0 { throw SystemError(.getdents, EIO) }
    return names
  }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    let isNext = state.withLock { state in
      defer { if state.hasLooked { state.isOver = true } }
      return state.hasLooked && !state.isOver
    }
    if isNext, afterLook() != 0 { throw SystemError(.syncfs, EIO) }
    try base.flushFileSystem(of: directory)
  }
}
