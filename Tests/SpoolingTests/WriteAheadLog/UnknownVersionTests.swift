import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// A log of a version that this program doesn't know. It is left as it is.
@Suite struct UnknownVersionTests {
  let folder: Folder

  init() throws {
    folder = try Folder(named: "spooling")
    #expect(mkdir("\(folder.path)/state", 0o755) == 0)
  }

  private func open() throws -> Spools {
    try Spools(root: "\(folder.path)/spool", state: "\(folder.path)/state", threads: 1)
  }

  /// Returns every file of the state directory, with its bytes and the time of its last change.
  private func content() throws -> [String: [UInt8]] {
    let names = try #require(FileManager.default.subpaths(atPath: "\(folder.path)/state"))
    return try Dictionary(
      uniqueKeysWithValues: names.map { name in
        var status = stat()
        try #require(lstat("\(folder.path)/state/\(name)", &status) == 0)
        let times = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_ino)]
        return (name, (folder.contents("state/\(name)") ?? []) + Array("\(times)".utf8))
      })
  }

  @Test(arguments: [("checkpoint", 7), ("checkpoint", 7 + WALLayout.block), ("0007.log", 7)])
  func `it stops the start, and nothing is changed`(_ file: String, _ offset: Int) throws {
    let spools = try open()
    Scenario.update(spools)
    for spool in Scenario.spools.prefix(2) {
      #expect(Scenario.isAcknowledged(Scenario.commit([spool]), by: spools))
    }
    // The group is put back, as a crash would leave it.
    let log = try #require(folder.contents("state/wal/0007.log"))
    spools.stop()
    try Data(log).write(to: URL(filePath: "\(folder.path)/state/wal/0007.log"))
    var bytes = try #require(folder.contents("state/wal/\(file)"))
    try #require(bytes[offset] == 1, "a version is there")
    bytes[offset] = 2
    try Data(bytes).write(to: URL(filePath: "\(folder.path)/state/wal/\(file)"))
    let before = try content()
    let error = #expect(throws: UnknownWALVersion.self) { try open() }
    #expect(error?.file == file && error?.version == 2)
    let words = "\(folder.path)/state/wal/\(file) is of version 2 of the write-ahead log"
    #expect(error?.description.hasPrefix(words) == true)
    #expect(try content() == before)
  }
}
