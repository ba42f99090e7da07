import Foundation
import Testing

@testable import Harness
@testable import Spooling

@Suite struct LinuxFileSystemTests {
  let folder: Folder
  let system = LinuxFileSystem()
  let directory: Directory

  init() throws {
    folder = try Folder(named: "spooling")
    directory = try Directory(path: folder.path, on: system)
  }

  @Test(arguments: [0, 0o022, 0o077] as [mode_t])
  func `modes are exact whatever the umask`(_ mask: mode_t) throws {
    let before = umask(mask)
    defer { umask(before) }
    try system.close(try directory.create("task", mode: 0o640))
    try directory.makeDirectory("new", mode: 0o2770)
    try directory.makeDirectory("root", mode: 0o711)
    #expect(folder.mode("task") == S_IFREG | 0o640)
    #expect(folder.mode("new") == S_IFDIR | 0o2770)
    #expect(folder.mode("root") == S_IFDIR | 0o711)
  }

  @Test(.enabled(if: getuid() == 0, "only root can give a directory to another group"))
  func `a file has the group of the directory that it is created in, also after its move`() throws {
    try directory.makeDirectory("tmp", mode: 0o2700)
    try directory.makeDirectory("new", mode: 0o2770)
    #expect(chown("\(folder.path)/tmp", getuid(), 4711) == 0)
    #expect(chmod("\(folder.path)/tmp", 0o2700) == 0)
    let tmp = try directory.directory("tmp")
    try system.close(try tmp.create("task", mode: 0o640))
    try tmp.move("task", to: try directory.directory("new"))
    #expect(folder.group("new/task") == 4711)
  }

  @Test func `a file is written whole from many parts, empty and large ones among them`() throws {
    let parts = (0..<50).map { [UInt8](repeating: UInt8($0), count: $0 % 3 == 0 ? 0 : $0 * 1000) }
    let large = [[UInt8](repeating: 7, count: 5 << 20)]
    let file = try directory.create("task", mode: 0o640)
    try system.write([[]] + parts + large + [[]], to: file)
    try system.flush(file)
    try system.close(file)
    #expect(folder.contents("task") == (parts + large).flatMap { $0 })
    #expect(try directory.read("task", limit: 5) == Array((parts + large).flatMap { $0 }.prefix(5)))
    // The limit may be far beyond the content.
    #expect(try directory.read("task", limit: .max) == (parts + large).flatMap { $0 })
  }

  @Test func `nothing is created over, or moved over, what is there`() throws {
    try directory.makeDirectory("new", mode: 0o770)
    try folder.write("old", to: "task")
    try folder.write("old", to: "new/task")
    #expect(throws: SystemError(.openat, EEXIST)) { try directory.create("task", mode: 0o640) }
    #expect(throws: SystemError(.renameat2, EEXIST)) {
      try directory.move("task", to: directory.directory("new"))
    }
    #expect(folder.contents("new/task") == Array("old".utf8))
  }

  @Test func `links are neither followed nor opened, and a FIFO does not hang`() throws {
    try folder.write("elsewhere", to: "target")
    try directory.makeDirectory("directory", mode: 0o770)
    #expect(symlink("target", "\(folder.path)/link") == 0)
    #expect(symlink("nowhere", "\(folder.path)/dangling") == 0)
    #expect(symlink("directory", "\(folder.path)/new") == 0)
    #expect(mkfifo("\(folder.path)/fifo", 0o660) == 0)
    #expect(throws: SystemError(.openat, EEXIST)) { try directory.create("dangling", mode: 0o640) }
    #expect(throws: SystemError(.openat, EEXIST)) { try directory.create("fifo", mode: 0o640) }
    #expect(throws: SystemError(.openat, ELOOP)) { try directory.read("link", limit: 1) }
    #expect(throws: SystemError(.openat, ENOTDIR)) { try directory.directory("new") }
    #expect(throws: SystemError(.openat, ENOTDIR)) { try directory.directory("fifo") }
    try directory.unlink("link")
    #expect(folder.contents("target") == Array("elsewhere".utf8))
  }

  @Test func `the names in a directory are listed again and again`() throws {
    for name in ["a", "b", ".probe"] { try folder.write("", to: name) }
    #expect(try directory.names().sorted() == [".probe", "a", "b"])
    #expect(try directory.names().sorted() == [".probe", "a", "b"])
  }

  @Test func `a lock is shared, or else one's own, and ends with its descriptor`() throws {
    let other = try Directory(path: folder.path, on: system)
    #expect(try directory.lock(exclusively: true))
    #expect(try !other.lock(exclusively: false))
    #expect(try directory.lock(exclusively: false))
    #expect(try other.lock(exclusively: false))
    #expect(try !other.lock(exclusively: true))
  }

  @Test func `space and device are those of the directory`() throws {
    let space = try directory.space()
    #expect(space.bytes > 0)
    #expect(space.inodes != 0)
    var status = stat()
    #expect(stat(folder.path, &status) == 0)
    #expect(try directory.device() == UInt64(status.st_dev))
  }

  @Test func `an error says which call failed, and how`() {
    #expect("\(SystemError(.fsync, EIO))" == "fsync: Input/output error")
  }
}
