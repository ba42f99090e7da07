import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// Spools are made, found, refused and swept, on a real disk.
@Suite struct SpoolOpeningTests {
  let folder: Folder
  var root: String { "\(folder.path)/spool" }

  init() throws { folder = try Folder(named: "spooling") }

  @Test func `missing spools are made with their modes`() throws {
    let before = umask(0o077)
    try withSpools { _ in }
    umask(before)
    #expect(folder.mode("spool") == S_IFDIR | 0o711)
    #expect(folder.mode("spool/a") == S_IFDIR | 0o2750)
    #expect(folder.mode("spool/a/tmp") == S_IFDIR | 0o2700)
    for name in ["new", "cur", "retry", "failed", "done"] {
      #expect(folder.mode("spool/a/\(name)") == S_IFDIR | 0o2770)
    }
  }

  @Test func `a task is a file of mode 0640 with exactly its bytes, and nothing is left in tmp`()
    throws
  {
    let commit = Scenario.commit(["a", "a"], failed: [1])
    try withSpools { try Self.commit(commit, to: $0) }
    let (task, failed) = (commit.entries[0], commit.entries[1])
    #expect(folder.names(in: "spool/a/new") == ["\(task.id).json"])
    #expect(folder.contents("spool/a/new/\(task.id).json") == task.parts.flatMap { $0 })
    #expect(folder.mode("spool/a/new/\(task.id).json") == S_IFREG | 0o640)
    #expect(
      folder.names(in: "spool/a/failed") == ["\(failed.id).json", "\(failed.id).json.reason"])
    #expect(
      folder.contents("spool/a/failed/\(failed.id).json.reason") == Array("filter: no 1\n".utf8))
    #expect(folder.names(in: "spool/a/tmp") == [])
  }

  @Test func `a spool of the state directory is for this program's eyes, and a label ends a name`()
    throws
  {
    let spools = try Spools(root: root, state: folder.path, threads: 1, largestLogged: 0)
    spools.update(
      [SpoolSettings("replay/a", make: true)], floors: Floors(bytes: 0, inodes: 0))
    let id = Scenario.commit(["a"]).entries[0].id
    let commit = Commit([Commit.Entry(spool: "replay/a", id: id, label: "0f", parts: [])])
    try Self.commit(commit, to: spools)
    spools.stop()
    #expect(folder.mode("replay") == S_IFDIR | 0o700)
    #expect(folder.mode("replay/a") == S_IFDIR | 0o700)
    #expect(folder.names(in: "replay/a/new") == ["\(id).0f"])
    #expect(folder.mode("replay/a/new/\(id).0f") == S_IFREG | 0o600)
  }

  @Test func `a missing spool is refused with what to do, and used as soon as it is there`() throws
  {
    try withSpools(make: false) { spools in
      let reason = refusal(by: spools)
      #expect(reason == "\(root) does not exist: `levelwind incoming prepare` makes it")
      try withSpools { _ in }
      try Self.commit(Scenario.commit(["a"]), to: spools)
    }
  }

  @Test func `a spool that is removed is not made again by the next commit, but by a reload`()
    throws
  {
    try withSpools { spools in
      try FileManager.default.removeItem(atPath: "\(root)/a")
      #expect(throws: SpoolError.self) { try Self.commit(Scenario.commit(["a"]), to: spools) }
      let reason = refusal(by: spools)
      #expect(reason == "\(root)/a does not exist: `levelwind incoming prepare` makes it")
      spools.update(
        [SpoolSettings("a", make: true)], floors: Floors(bytes: 0, inodes: 0))
      try Self.commit(Scenario.commit(["a"]), to: spools)
    }
  }

  @Test(arguments: ["", "/tmp", "/new", "/cur", "/retry", "/failed", "/done"])
  func `a link in place of a directory is refused, and mended by its removal`(_ part: String) throws
  {
    try withSpools { _ in }
    let path = "\(root)/a\(part)"
    try FileManager.default.moveItem(atPath: path, toPath: "\(folder.path)/elsewhere")
    #expect(symlink("\(folder.path)/elsewhere", path) == 0)
    try withSpools { spools in
      #expect(refusal(by: spools)?.hasPrefix("\(path) is a link, a FIFO or a file") == true)
      #expect(unlink(path) == 0)
      try FileManager.default.moveItem(atPath: "\(folder.path)/elsewhere", toPath: path)
      try Self.commit(Scenario.commit(["a"]), to: spools)
    }
  }

  @Test(arguments: ["", "/tmp", "/new", "/done"])
  func `a FIFO in place of a directory is refused and does not hang`(_ part: String) throws {
    try withSpools { _ in }
    let path = "\(root)/a\(part)"
    try FileManager.default.moveItem(atPath: path, toPath: "\(folder.path)/elsewhere")
    #expect(mkfifo(path, 0o660) == 0)
    try withSpools { spools in
      #expect(refusal(by: spools)?.hasPrefix("\(path) is a link, a FIFO or a file") == true)
    }
  }

  @Test
  func `a spool that can only be read is refused when it is opened, and used once that is mended`()
    throws
  {
    let disk = SimulatedFileSystem(Scenario.empty)
    disk.space.isReadOnly = true
    let spools = try Scenario.open(disk)
    let problem = try #require(spools.status.problems["a"]?.error)
    #expect("\(problem)".contains("ReadWritePaths=/spool and NoExecPaths=/spool"), "\(problem)")
    disk.space.isReadOnly = false
    spools.look()
    #expect(spools.status.problems["a"] == nil)
    #expect(Scenario.isAcknowledged(Scenario.commit(["a"]), by: spools))
    spools.stop()
  }

  @Test(arguments: ["", ".", "..", "../b", "a/new/b", "a/.."])
  func `a text that isn't an identifier never becomes a path`(_ path: String) throws {
    try withSpools { spools in
      #expect(refusal(by: spools, of: SpoolID(path: path)) == "the name isn't an identifier")
    }
  }

  @Test func `the sweep takes what a stopped process left, and nothing else`() throws {
    try withSpools { _ in }
    let id = "01a209ca-e3ac-780b-aab1-06d51ac8ca81"
    let others = ["notes.txt", "\(id).jsonx", "\(id.uppercased()).json", "x\(id).json", ".json"]
    for name in ["\(id).json", "\(id).json.reason", ".probe"] + others {
      try folder.write("left", to: "spool/a/tmp/\(name)")
    }
    try folder.write("elsewhere", to: "target")
    let link = "\(id.dropLast())0.json"
    #expect(symlink("\(folder.path)/target", "\(root)/a/tmp/\(link)") == 0)
    let directory = "\(id.dropLast())2.json"
    #expect(mkdir("\(root)/a/tmp/\(directory)", 0o700) == 0)
    try withSpools { _ in }
    #expect(folder.names(in: "spool/a/tmp") == (others + [directory]).sorted())
    #expect(folder.contents("target") == Array("elsewhere".utf8))
  }

  @Test func `nothing is swept while others write there`() throws {
    try withSpools { _ in
      try folder.write("being written", to: "spool/a/tmp/\(Self.leftover)")
      try withSpools { _ in }
      #expect(folder.names(in: "spool/a/tmp") == [Self.leftover])
    }
    try withSpools { _ in }
    #expect(folder.names(in: "spool/a/tmp") == [])
  }

  @Test func `a spool that is being swept by another process is unavailable until then`() throws {
    try withSpools { _ in }
    var sweeper: Directory? = try Directory(path: "\(root)/a/tmp", on: LinuxFileSystem())
    #expect(try sweeper?.lock(exclusively: true) == true)
    try withSpools { spools in
      #expect(refusal(by: spools) == "\(root)/a/tmp is being swept by another process")
      sweeper = nil
      try Self.commit(Scenario.commit(["a"]), to: spools)
    }
  }

  private static let leftover = "01a209ca-e3ac-780b-aab1-06d51ac8ca81.json"

  private func withSpools(make: Bool = true, _ body: (Spools) throws -> Void) throws {
    let spools = try Spools(root: root, state: folder.path, threads: 2, largestLogged: 0)
    defer { spools.stop() }
    spools.update(
      [SpoolSettings("a", make: make)], floors: Floors(bytes: 0, inodes: 0))
    try body(spools)
  }

  private static func commit(_ commit: Commit, to spools: Spools) throws {
    try spools.commit(commit, by: .now + .seconds(3600))
  }

  /// Returns why a commit is refused as unavailable; nil if it isn't.
  private func refusal(by spools: Spools, of spool: SpoolID = "a") -> String? {
    do {
      try Self.commit(Scenario.commit([spool]), to: spools)
    } catch SpoolError.unavailable(spool, let reason) {
      return reason
    } catch {}
    return nil
  }
}
