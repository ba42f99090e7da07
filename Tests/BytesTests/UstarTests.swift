import Foundation
import Testing

@testable import Bytes

struct UstarTests {
  private static let files = [
    Ustar.File(path: "webhooks/shop.yaml", bytes: Array("name: Shop\n".utf8)),
    Ustar.File(path: "tests/\(String(repeating: "a", count: 90))/created.http", bytes: []),
    Ustar.File(path: "tests/shop/block.http", bytes: [UInt8](repeating: 7, count: 1024)),
  ]

  /// Runs tar(1) in a folder of its own.
  private func tar(_ arguments: [String], in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/tar")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func inFolder(_ work: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try work(folder)
  }

  /// Returns an archive of one entry, with a right sum, after a change of its header.
  private func archive(
    path: String = "a", bytes: [UInt8] = [1], _ change: (inout [UInt8]) -> Void
  ) throws -> [UInt8] {
    var archive = try Ustar.archive([Ustar.File(path: path, bytes: bytes)])
    change(&archive)
    let sum = archive[..<512].enumerated()
      .reduce(0) { $0 + (148..<156 ~= $1.offset ? 0x20 : Int($1.element)) }
    let text = String(sum, radix: 8)
    let digits = String(repeating: "0", count: 6 - text.count) + text
    archive.replaceSubrange(148..<156, with: Array(digits.utf8) + [0, 0x20])
    return archive
  }

  private func words(_ archive: [UInt8]) -> String {
    do throws(Ustar.Failure) {
      return "\(try Ustar.files(of: archive))"
    } catch {
      return error.description
    }
  }

  @Test func `what is archived is read again, and the same files make the same bytes`() throws {
    let archive = try Ustar.archive(Self.files)
    #expect(try Ustar.files(of: archive) == Self.files)
    #expect(try Ustar.archive(Self.files) == archive)
    #expect(try Ustar.files(of: Ustar.archive([])) == [])
  }

  @Test func `tar unpacks an archive, and what it packs is read`() throws {
    try inFolder { folder in
      try Data(Ustar.archive(Self.files)).write(to: folder.appending(path: "a.tar"))
      try tar(["-xf", "a.tar"], in: folder)
      for file in Self.files {
        #expect(try Array(Data(contentsOf: folder.appending(path: file.path))) == file.bytes)
      }
      try tar(["-cf", "b.tar", "--format=ustar", "--sort=name", "webhooks", "tests"], in: folder)
      let read = try Ustar.files(of: Array(Data(contentsOf: folder.appending(path: "b.tar"))))
      #expect(Set(read.map(\.path)) == Set(Self.files.map(\.path)))
    }
  }

  @Test(arguments: [
    "/etc/passwd", "../a", "a/../b", "a//b", "./a", "a/.", "a b", "a\u{1b}[2J", "é",
  ])
  func `a path that isn't of plain names is refused`(path: String) throws {
    let said = words(try Ustar.archive([Ustar.File(path: path, bytes: [1])]))
    #expect(said.contains("can't be unpacked"), "\(said)")
    #expect(!said.contains("\u{1b}"))
  }

  @Test(arguments: ["1", "2", "3", "4", "6", "7", "x", "g", "L", "K"])
  func `links, devices and extensions are refused`(kind: String) throws {
    let said = words(try archive { $0[156] = Array(kind.utf8)[0] })
    #expect(said.contains("a is a link or something else"), "\(said)")
  }

  @Test func `an archive that was cut off anywhere is refused`() throws {
    let archive = try Ustar.archive(Self.files)
    for count in Swift.stride(from: 0, to: archive.count, by: 100) {
      #expect(throws: Ustar.Failure.self) { try Ustar.files(of: Array(archive[..<count])) }
    }
    #expect(words(Array(archive.dropLast(512))) == "the archive ends too early")
  }

  @Test func `a changed header, a second end and doubled names are refused`() throws {
    var archive = try Ustar.archive(Self.files)
    archive[3] ^= 1
    #expect(words(archive).contains("isn't a tar archive"))
    #expect(
      words(Array("name: Shop\n".utf8) + [UInt8](repeating: 0, count: 1024)).contains("isn't"))
    let one = try Ustar.archive([Self.files[0]])
    #expect(words(one + [1]) == "something is behind the archive's end")
    #expect(words(Array(one.dropLast(1024)) + one) == "webhooks/shop.yaml is there twice")
  }

  @Test func `sizes are bounded`() throws {
    func size(_ digits: String) throws -> String {
      words(
        try self.archive { $0.replaceSubrange(124..<124 + digits.utf8.count, with: digits.utf8) })
    }
    #expect(try size("77777777777").contains("too large"))
    #expect(try size("00000007000") == "a: the archive ends in it")
    #expect(try size("0000000001x").contains("can't be read"))
    #expect(try size("\u{0}").contains("can't be read"))
    #expect(words([UInt8](repeating: 0, count: Ustar.mostBytes + 1)).contains("larger than 64 MiB"))
    #expect(throws: Ustar.Failure.self) {
      try Ustar.archive([Ustar.File(path: "a", bytes: [UInt8](repeating: 0, count: 64 << 20))])
    }
    let many = try (0...Ustar.mostFiles).flatMap {
      try Ustar.archive([Ustar.File(path: "\($0)", bytes: [])]).dropLast(1024)
    }
    #expect(words(many + [UInt8](repeating: 0, count: 1024)).contains("more than 10000 entries"))
    let long = "tests/shop/" + String(repeating: "n", count: 101)
    #expect(
      throws: Ustar.Failure("\(long) is too long for an archive: its last name may have 100 bytes")
    ) {
      try Ustar.archive([Ustar.File(path: long, bytes: [])])
    }
  }

  @Test func `a file never prints its content`() {
    let file = Ustar.File(path: "secrets/shop", bytes: Array("hush".utf8))
    var dumped = ""
    dump([file], to: &dumped)
    #expect(!"\([file]) \(String(reflecting: file)) \(dumped)".contains("104"))
  }
}
