import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// Another directory takes the place of an open spool, as when a file system is mounted over it.
/// From here a mount shows only as a name that leads to another directory.
@Suite struct ReplacedSpoolTests {
  let folder: Folder
  var root: String { "\(folder.path)/spool" }

  init() throws { folder = try Folder(named: "spooling") }

  @Test(arguments: Scenario.Way.allCases)
  func `tasks go where the path leads, and none where nobody finds it`(_ way: Scenario.Way) throws {
    try withSpools(way) { spools in
      let first = try commit(to: spools)
      try replace()
      try prepare()
      let second = try commit(to: spools)
      #expect(folder.names(in: "spool/hidden/new") == [first])
      #expect(folder.names(in: "spool/hidden/tmp") == [])
      #expect(folder.names(in: "spool/a/new") == [second])
      // The old directory comes back, as after an unmount.
      try FileManager.default.moveItem(atPath: "\(root)/a", toPath: "\(root)/unmounted")
      try FileManager.default.moveItem(atPath: "\(root)/hidden", toPath: "\(root)/a")
      let third = try commit(to: spools)
      #expect(folder.names(in: "spool/a/new") == [first, third])
      #expect(folder.names(in: "spool/unmounted/new") == [second])
    }
  }

  @Test func `one that is not prepared is refused, and said to be, until it is`() throws {
    try withSpools(.plain) { spools in
      let first = try commit(to: spools)
      try replace()
      spools.look()
      let reason = "\(root)/a/new does not exist: `levelwind incoming prepare` makes it"
      let rejection = SpoolError.unavailable(spool: "a", reason: reason)
      #expect(spools.status.problems["a"]?.error == rejection)
      let since = spools.status.problems["a"]?.time
      #expect(throws: rejection) { try commit(to: spools) }
      spools.look()
      #expect(spools.status.problems["a"]?.error == rejection)
      #expect(since != nil)
      try prepare()
      spools.look()
      #expect(spools.status.problems["a"] == nil)
      let second = try commit(to: spools)
      #expect(folder.names(in: "spool/hidden/new") == [first])
      #expect(folder.names(in: "spool/a/new") == [second])
    }
  }

  @Test func `tasks for one that is not prepared wait in the log until it is`() throws {
    try withSpools(.log) { spools in
      let first = try commit(to: spools)
      try replace()
      let second = try acknowledge(by: spools)
      while spools.status.unpublished["a"]?.problem == nil { sched_yield() }
      let reason = "\(root)/a/new does not exist: `levelwind incoming prepare` makes it"
      #expect(spools.status.problems["a"]?.error == .unavailable(spool: "a", reason: reason))
      #expect(spools.unpublished(of: "a").tasks == 1)
      try prepare()
      while spools.unpublished > 0 { spools.look() }
      #expect(spools.status.problems["a"] == nil)
      #expect(folder.names(in: "spool/hidden/new") == [first])
      #expect(folder.names(in: "spool/a/new") == [second])
    }
  }

  @Test func `what was acknowledged and not published yet is published where the path leads`()
    throws
  {
    let held = HeldPublishing(base: LinuxFileSystem())
    try withSpools(.log, on: held) { spools in
      held.hold()
      let entry = try acknowledge(by: spools)
      while folder.names(in: "spool/a/tmp") != [entry] { sched_yield() }
      try replace()
      try prepare()
      held.release()
      while folder.names(in: "spool/a/new") + folder.names(in: "spool/hidden/new") == [] {
        spools.look()
      }
      #expect(folder.names(in: "spool/hidden/new") == [])
      let second = try commit(to: spools)
      #expect(folder.names(in: "spool/a/new") == [entry, second])
    }
  }

  /// Puts another, empty directory in the spool's place.
  private func replace() throws {
    try FileManager.default.moveItem(atPath: "\(root)/a", toPath: "\(root)/hidden")
    #expect(mkdir("\(root)/a", 0o755) == 0)
  }

  private func prepare() throws {
    for part in SpoolDirectory.allCases {
      #expect(mkdir("\(root)/a/\(part.rawValue)", 0o770) == 0)
    }
  }

  /// Commits a task.
  ///
  /// - Returns: the name of the task, which is acknowledged.
  private func acknowledge(by spools: Spools) throws -> String {
    let commit = Scenario.commit(["a"])
    try spools.commit(commit, by: .now + .seconds(3600))
    return "\(commit.entries[0].id).json"
  }

  /// Commits a task, and waits until it is published.
  ///
  /// - Returns: the name of the task.
  private func commit(to spools: Spools) throws -> String {
    let name = try acknowledge(by: spools)
    Scenario.settle(spools)
    return name
  }

  private func withSpools(
    _ way: Scenario.Way, on fileSystem: any FileSystem = LinuxFileSystem(),
    _ body: (Spools) throws -> Void
  ) throws {
    #expect(mkdir("\(folder.path)/state", 0o755) == 0)
    let spools = try Spools(
      folders: SpoolFolders(spools: root, state: "\(folder.path)/state"), threads: 2,
      fileSystem: fileSystem,
      layout: way == .log ? WALLayout(patience: .seconds(3600), firstPause: .zero) : Scenario.plain,
      spaceAge: .zero, lookEvery: nil)
    defer { spools.stop() }
    spools.update(
      [SpoolSettings("a", make: true)], floors: Floors(bytes: 0, inodes: 0))
    try body(spools)
  }
}
