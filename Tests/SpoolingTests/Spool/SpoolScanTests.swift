import Bytes
import Foundation
import Glibc
import Testing

@testable import Harness
@testable import Spooling

/// The counts of a look into a spool.
@Suite struct SpoolScanTests {
  private let folder: Folder

  init() throws {
    folder = try Folder(named: "spooling")
    for place in SpoolDirectory.allCases {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/stock/\(place.rawValue)", withIntermediateDirectories: true)
    }
  }

  private func write(_ name: String, to place: String, bytes: Int = 10) throws {
    try folder.write(String(repeating: "x", count: bytes), to: "stock/\(place)/\(name)")
  }

  private static func name(_ milliseconds: Int) -> String {
    let digits = String(format: "%012x", milliseconds)
    return "\(digits.prefix(8))-\(digits.suffix(4))-7000-8000-000000000000.json"
  }

  @Test func `tasks are counted by directory, the claims of drains too, and the oldest is known`()
    throws
  {
    try write(Self.name(3_000_000), to: "new")
    try write(Self.name(4_000_000), to: "new")
    try write(Self.name(2_000_000) + ".drain", to: "cur")
    try write(Self.name(5_000_000), to: "cur")
    try write(Self.name(6_000_000), to: "retry")
    try write(Self.name(6_000_000) + ".retry", to: "retry")
    // The age of failed tasks doesn't count.
    try write(Self.name(1_000_000), to: "failed")
    try write(Self.name(1_000_000) + ".reason", to: "failed")
    // A task that was made by hand has a name without a time.
    try write("0.json", to: "new")
    try write(".hidden.json", to: "new")
    try write("README", to: "new")
    var scan = SpoolScan()
    let look = try scan.look(into: "stock", of: folder.path)
    let counts: [Int] = [look.new, look.cur, look.retry, look.failed]
    #expect(counts == [3, 2, 1, 1] as [Int])
    #expect(look.waiting == 6)
    #expect(look.bytes == 70)
    #expect(look.oldest == Date(timeIntervalSince1970: 2000))
  }

  @Test func `files as large as they can be made are counted, and add up to no overflow`() throws {
    // This file system allows files of any size.
    let memory = try Folder(named: "spooling", in: URL(filePath: "/dev/shm"))
    for place in SpoolDirectory.allCases {
      try FileManager.default.createDirectory(
        atPath: "\(memory.path)/stock/\(place)", withIntermediateDirectories: true)
      for number in 1...2 {
        let file = "stock/\(place)/\(number).json"
        try memory.write("", to: file)
        try #require(truncate("\(memory.path)/\(file)", 7 << 60) == 0)
      }
    }
    var scan = SpoolScan()
    let look = try scan.look(into: "stock", of: memory.path)
    #expect(look.waiting == 6)
    #expect(look.bytes == .mostBelieved)
    let depths = SpoolDepths(root: memory.path, every: nil)
    depths.watch(["stock"])
    #expect(depths.add(["stock": SpoolDepth(tasks: 1, bytes: 1)]) { _, _ in true } == [])
    #expect(depths.depth(of: "stock")?.bytes == .mostBelieved)
  }

  @Test func `a directory in which nothing changed is not listed again`() throws {
    try write("a.json", to: "new")
    var past = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
    utimensat(AT_FDCWD, "\(folder.path)/stock/new", &past, 0)
    var scan = SpoolScan()
    #expect(try scan.look(into: "stock", of: folder.path).bytes == 10)
    // A change of a file doesn't change its directory, so the scan misses it.
    #expect(truncate("\(folder.path)/stock/new/a.json", 99) == 0)
    #expect(try scan.look(into: "stock", of: folder.path).bytes == 10)
    try write("b.json", to: "new")
    #expect(try scan.look(into: "stock", of: folder.path).bytes == 109)
    // A directory that changed a moment ago may change again within the same tick of the clock.
    var status = stat()
    #expect(stat("\(folder.path)/stock/new", &status) == 0)
    try write("c.json", to: "new")
    var tick = [status.st_mtim, status.st_mtim]
    utimensat(AT_FDCWD, "\(folder.path)/stock/new", &tick, 0)
    #expect(try scan.look(into: "stock", of: folder.path).new == 3)
  }

  @Test func `spools without limits are looked into as well, and have no depth`() throws {
    let depths = SpoolDepths(root: folder.path, every: nil)
    try write(Self.name(3_000_000), to: "new")
    depths.watch([], besides: ["stock", "missing"])
    #expect(depths.looks.isEmpty)
    depths.look()
    #expect(depths.looks["stock"]?.new == 1)
    #expect(depths.looks["missing"] == nil)
    #expect(depths.depth(of: "stock") == nil)
    depths.watch(["stock"])
    #expect(depths.depth(of: "stock")?.tasks == 1)
  }
}
