import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// Tasks that are set aside: administrators see and drop them beside a running responder. And the
/// log's report of its own place.
@Suite struct AsideTasksTests {
  let folder: Folder
  private var state: String { "\(folder.path)/state" }

  init() throws {
    folder = try Folder(named: "spooling")
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/state", withIntermediateDirectories: false)
  }

  /// Opens spools that set tasks aside at once if they can't be published, and then pause for an
  /// hour.
  private func open(state: String = "state") throws -> Spools {
    let layout = WALLayout(
      stuckAfter: .zero, setAsideAfter: .zero, firstPause: .seconds(3600),
      longestPause: .seconds(3600), asideLookEvery: .zero)
    let spools = try Spools(
      folders: SpoolFolders(spools: "\(folder.path)/spool", state: "\(folder.path)/\(state)"),
      threads: 1, fileSystem: LinuxFileSystem(), layout: layout, spaceAge: .zero, lookEvery: nil)
    Scenario.update(spools)
    return spools
  }

  private func breakSpool() throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/spool/b/new")
    try folder.write("in the way", to: "spool/b/new")
  }

  private func mendSpool() throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/spool/b/new")
    #expect(mkdir("\(folder.path)/spool/b/new", 0o755) == 0)
  }

  /// Acknowledges commits for a broken spool, and waits until they are set aside.
  private func setAside(_ commits: [Commit], by spools: Spools) throws {
    try breakSpool()
    for commit in commits { #expect(Scenario.isAcknowledged(commit, by: spools)) }
    let count = commits.reduce(0) { $0 + $1.entries.count }
    while spools.status.unpublished["b"]?.aside != count { spools.look() }
  }

  @Test func `what else lies there is left alone, and keeps nobody from being served`() throws {
    try open().stop()
    try folder.write("a note", to: "state/wal/aside/note")
    #expect(symlink("/", "\(folder.path)/state/wal/aside/link") == 0)
    #expect(mkdir("\(folder.path)/state/wal/aside/c", 0o700) == 0)
    try folder.write("in the way", to: "state/wal/aside/c/new")
    let spools = try open()
    #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools))
    #expect(spools.status.log.problem == nil)
    let commits = [Scenario.commit(["b"])]
    try setAside(commits, by: spools)
    let tasks = try AsideTasks(state: state)
    #expect(try tasks.spools() == ["b"])
    #expect(try tasks.items(of: "note").isEmpty && tasks.items(of: "link").isEmpty)
    try mendSpool()
    spools.stop()
  }

  @Test func `a record that was set aside is published by a later start`() throws {
    let record: SpoolID = "postprocess/shop.tell"
    func serve() throws -> Spools {
      let spools = try open()
      spools.update(
        [SpoolSettings("a", make: true), SpoolSettings(record, make: true)],
        floors: Floors(bytes: 0, inodes: 0))
      return spools
    }
    try serve().stop()
    let place = "\(state)/\(record)/new"
    try FileManager.default.removeItem(atPath: place)
    try folder.write("in the way", to: "state/\(record)/new")
    let spools = try serve()
    let commit = Scenario.commit(["a", record])
    #expect(Scenario.isAcknowledged(commit, by: spools))
    while spools.status.unpublished[record]?.aside != 1 { spools.look() }
    spools.stop()
    let name = "\(commit.entries[1].id).json"
    #expect(folder.names(in: "state/wal/aside/postprocess.shop.tell/new") == [name])
    let tasks = try AsideTasks(state: state)
    #expect(try tasks.spools() == [record])
    #expect(try tasks.items(of: record).map(\.name) == [name])
    try FileManager.default.removeItem(atPath: place)
    let next = try serve()
    while !next.status.unpublished.isEmpty { next.look() }
    #expect(folder.names(in: "state/\(record)/new") == [name])
    next.stop()
  }

  @Test(arguments: ["..", ".", "", "b/new", "replay.b", "b."])
  func `a name that was typed leads into no other directory`(_ path: String) throws {
    let spools = try open()
    try setAside([Scenario.commit(["b"])], by: spools)
    #expect(mkdir("\(state)/wal/aside/replay.b", 0o700) == 0)
    #expect(symlink("../b/new", "\(state)/wal/aside/replay.b/new") == 0)
    let tasks = try AsideTasks(state: state)
    #expect(try tasks.items(of: SpoolID(path: path)).isEmpty)
    try mendSpool()
    spools.stop()
  }

  @Test func `what is dropped is counted no more, though the publisher pauses`() throws {
    let spools = try open()
    let commits = (0..<3).map { _ in Scenario.commit(["b"]) }
    try setAside(commits, by: spools)
    let tasks = try AsideTasks(state: state)
    #expect(try tasks.spools() == ["b"])
    let items = try tasks.items(of: "b")
    #expect(items.map(\.id) == commits.map { "\($0.entries[0].id)" })
    #expect(items.allSatisfy { $0.bytes == commits[0].entries[0].size && !$0.isFailed })
    #expect(try tasks.drop([items[0]]) == 1)
    #expect(try tasks.drop([items[0]]) == 0, "it is gone already")
    spools.look()
    #expect(spools.status.unpublished["b"]?.aside == 2)
    try mendSpool()
    spools.stop()
    #expect(
      folder.names(in: "spool/b/new") == commits[1...].map { "\($0.entries[0].id).json" })
    #expect(try tasks.spools() == [])
  }

  @Test func `when all is dropped, nothing waits any more`() throws {
    let spools = try open()
    try setAside([Scenario.commit(["b", "b"], failed: [1])], by: spools)
    let tasks = try AsideTasks(state: state)
    #expect(try tasks.drop(tasks.items(of: "b")) == 2)
    #expect(folder.names(in: "state/wal/aside/b/failed") == [], "the reason is gone with its task")
    spools.look()
    #expect(spools.status.unpublished["b"] == nil)
    try mendSpool()
    spools.stop()
    #expect(folder.names(in: "spool/b/new") == [])
  }

  @Test func `copies are whole, of their owner alone, and replace and follow nothing`() throws {
    let spools = try open()
    let commit = Scenario.commit(["b", "b"], failed: [1])
    try setAside([commit], by: spools)
    spools.stop()
    let tasks = try AsideTasks(state: state)
    let items = try tasks.items(of: "b")
    let path = "\(folder.path)/export"
    let target = try ExportFolder(path: "\(path)/", owner: .current)
    for item in items { #expect(try tasks.copy(item, to: target) == .copied) }
    let names = commit.entries.map { "\($0.id).json" }
    #expect(folder.names(in: "export") == names + ["\(names[1]).reason"])
    for (name, entry) in zip(names, commit.entries) {
      #expect(folder.contents("export/\(name)") == entry.parts.flatMap { $0 })
      #expect(folder.mode("export/\(name)") == S_IFREG | 0o600)
    }
    #expect(folder.contents("export/\(names[1]).reason") == Array("filter: no 1\n".utf8))
    #expect(folder.mode("export") == S_IFDIR | 0o700)
    for item in items { #expect(try tasks.copy(item, to: target) == .present) }

    // Links are planted in place of the copies.
    try folder.write("precious", to: "precious")
    for (index, name) in names.enumerated() {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
      let planted = index == 0 ? name : ".\(name).part"
      #expect(symlink("\(folder.path)/precious", "\(path)/\(planted)") == 0)
    }
    #expect(throws: ExportFolder.Failure.self) { try tasks.copy(items[0], to: target) }
    #expect(try tasks.copy(items[1], to: target) == .copied)
    #expect(folder.contents("precious") == Array("precious".utf8))
    #expect(folder.mode("export/\(names[0])") & S_IFMT == S_IFLNK)
    #expect(folder.mode("export/\(names[1])") == S_IFREG | 0o600)
    #expect(symlink(path, "\(folder.path)/link") == 0)
    #expect(throws: ExportFolder.Failure.self) {
      try ExportFolder(path: "\(folder.path)/link", owner: .current)
    }
    // Root can make the folder anywhere, for the owner of the state.
    if geteuid() == 0 {
      let nobody = SystemUser(user: 65_534, group: 65_534)
      _ = try ExportFolder(path: "\(folder.path)/given", owner: nobody)
      #expect(folder.group("given") == 65_534)
    }
    #expect(try tasks.items(of: "b") == items, "nothing was removed")
    #expect(try tasks.drop(items) == 2)
    #expect(try tasks.copy(items[0], to: target) == .gone)
  }

  @Test func `nothing is read or made where there is no log, and no name leads out of it`() throws {
    let tasks = try AsideTasks(state: state)
    #expect(try tasks.spools() == [] && tasks.damages() == [])
    #expect(folder.names(in: "state") == [])
    let names: [SpoolID] = ["..", "../new", "."]
    for name in names { #expect(try tasks.items(of: name) == []) }
  }

  @Test func `copies of segments that can't be read are listed`() throws {
    try open().stop()
    try folder.write("damaged", to: "state/wal/unreadable-0011-0007.log")
    let damages = try AsideTasks(state: state).damages()
    #expect(damages == [.init(path: "\(state)/wal/unreadable-0011-0007.log", bytes: 7)])
  }

  @Test func `another directory at the state's path is seen, and its absence, and its return`()
    throws
  {
    #expect(symlink("state", "\(folder.path)/link") == 0)
    for path in ["state", "link"] {
      let spools = try open(state: path)
      func isElsewhere() -> Bool {
        spools.look()
        return spools.status.log.isElsewhere
      }
      #expect(!isElsewhere())
      try FileManager.default.moveItem(atPath: state, toPath: "\(folder.path)/before")
      #expect(isElsewhere(), "it is gone")
      #expect(mkdir(state, 0o755) == 0)
      #expect(isElsewhere())
      #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools), "into the locked one")
      #expect(folder.names(in: "state") == [])
      #expect(rmdir(state) == 0)
      try FileManager.default.moveItem(atPath: "\(folder.path)/before", toPath: state)
      #expect(!isElsewhere())
      spools.stop()
    }
  }
}
