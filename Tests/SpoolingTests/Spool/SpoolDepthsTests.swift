import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// The fill levels of spools.
@Suite struct SpoolDepthsTests {
  private let folder: Folder
  private let depths: SpoolDepths

  init() throws {
    folder = try Folder(named: "spooling")
    depths = SpoolDepths(root: folder.path, every: nil)
    for place in SpoolDirectory.allCases {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/stock/\(place.rawValue)", withIntermediateDirectories: true)
    }
  }

  private func write(_ bytes: Int, to place: String, _ ending: String = ".json") throws {
    let random = String(format: "%012x", UInt64.random(in: 0..<(1 << 48)))
    let name = "01a209bd-8bac-7000-8000-\(random)\(ending)"
    try folder.write(String(repeating: "x", count: bytes), to: "stock/\(place)/\(name)")
  }

  private func add(_ tasks: Int, _ bytes: Int, most: Int = .max) -> Set<String> {
    depths.add(["stock": SpoolDepth(tasks: tasks, bytes: bytes)]) { $1.tasks <= most }
  }

  @Test func `tasks in new, retry, cur and failed count, and nothing beside them`() throws {
    for place in ["new", "retry", "cur", "failed"] { try write(10, to: place) }
    try write(100, to: "tmp")
    try write(100, to: "done")
    try write(100, to: "failed", ".json.reason")
    try write(100, to: "retry", ".json.retry")
    try folder.write("foreign", to: "stock/new/README")
    depths.watch(["stock"])
    #expect(depths.depth(of: "stock") == SpoolDepth(tasks: 4, bytes: 40))
    #expect(depths.depth(of: "other") == nil)
  }

  @Test func `what is committed counts at once, and what importers remove at the next look`() throws
  {
    depths.watch(["stock"])
    #expect(add(2, 20) == [])
    #expect(depths.depth(of: "stock") == SpoolDepth(tasks: 2, bytes: 20))
    try write(10, to: "new")
    depths.look()
    #expect(depths.depth(of: "stock")?.tasks == 3, "their commit may not be over")
    depths.settle(["stock": SpoolDepth(tasks: 2, bytes: 20)])
    depths.look()
    #expect(depths.depth(of: "stock") == SpoolDepth(tasks: 1, bytes: 10))
    #expect(add(1, 5) == [])
    depths.takeBack(["stock": SpoolDepth(tasks: 1, bytes: 5)])
    #expect(depths.depth(of: "stock") == SpoolDepth(tasks: 1, bytes: 10))
  }

  @Test func `what was acknowledged and is not in the spool yet counts at every look`() {
    let depths = SpoolDepths(root: folder.path, every: nil) {
      $0 == "stock" ? SpoolDepth(tasks: 7, bytes: 70) : SpoolDepth()
    }
    depths.watch(["stock"])
    #expect(depths.depth(of: "stock") == SpoolDepth(tasks: 7, bytes: 70))
    #expect(depths.add(["stock": SpoolDepth(tasks: 1)]) { $1.tasks <= 7 } == ["stock"])
  }

  @Test func `what does not fit is not counted, in no spool`() {
    depths.watch(["stock", "audit"])
    #expect(add(3, 0, most: 3) == [])
    let both = ["stock": SpoolDepth(tasks: 1), "audit": SpoolDepth(tasks: 1)]
    #expect(depths.add(both) { $1.tasks <= 3 } == ["stock"])
    #expect(depths.depth(of: "stock")?.tasks == 3)
    #expect(depths.depth(of: "audit")?.tasks == 0)
  }

  @Test func `a spool that can't be looked into keeps what was known`() throws {
    depths.watch(["stock"])
    _ = add(2, 20)
    try FileManager.default.removeItem(atPath: "\(folder.path)/stock/cur")
    depths.look()
    #expect(depths.depth(of: "stock") == SpoolDepth(tasks: 2, bytes: 20))
    depths.watch([])
    #expect(depths.depth(of: "stock") == nil)
  }

  @Test func `a thread looks every so often, until it is stopped`() throws {
    let depths = SpoolDepths(root: folder.path, every: .milliseconds(5))
    depths.watch(["stock"])
    try write(7, to: "new")
    try until("a look has found it") {
      depths.depth(of: "stock") == SpoolDepth(tasks: 1, bytes: 7)
    }
    depths.stop()
  }
}
