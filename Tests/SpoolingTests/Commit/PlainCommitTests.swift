import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// A commit that can be repeated after it was stopped half-way.
@Suite struct PlainCommitTests {
  private let folder: Folder
  private let id = TaskDocumentExample.deliveryID
  private var name: String { "\(id.at(place: 1)).json" }

  init() throws {
    folder = try Folder(named: "spooling")
    for spool in ["stock", "audit"] {
      for place in SpoolDirectory.allCases {
        try FileManager.default.createDirectory(
          atPath: "\(folder.path)/\(spool)/\(place)", withIntermediateDirectories: true)
      }
    }
  }

  private func write() throws {
    let spools: [SpoolID] = ["stock", "audit"]
    let entries = spools.map {
      Commit.Entry(spool: $0, id: id.at(place: 1), parts: [Array("whole".utf8)])
    }
    let failed = Commit.Entry(
      spool: "audit", place: .failed(reason: "no filter"), id: id.at(place: 2),
      parts: [Array("failed".utf8)])
    try PlainCommit(
      root: folder.path, state: "\(folder.path)/state",
      spools.map { SpoolSettings($0, make: false) },
      floors: Floors(bytes: 0, inodes: 0)
    ).write(Commit(entries + [failed]))
  }

  private func tasks(_ spool: String) -> [String] {
    ["new", "cur", "retry", "failed", "done/2026-11-24"].flatMap { place in
      folder.names(in: "\(spool)/\(place)").map { "\(place)/\($0)" }
    }
  }

  @Test(arguments: ["new", "cur", "cur-drain", "retry", "failed", "done/2026-11-24"])
  func `a task that is in any place of its spool makes no second one`(_ place: String) throws {
    let parts = place.split(separator: "-drain", omittingEmptySubsequences: false)
    let path = place == "cur-drain" ? "cur/\(name).drain" : "\(parts[0])/\(name)"
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/stock/\((path as NSString).deletingLastPathComponent)",
      withIntermediateDirectories: true)
    try folder.write("whole", to: "stock/\(path)")
    try write()
    #expect(tasks("stock") == [path])
    #expect(folder.contents("audit/new/\(name)") == Array("whole".utf8))
    try write()
    #expect(tasks("stock") == [path])
    #expect(tasks("audit").count == 3)
  }

  @Test func `what a stopped attempt left unfinished is not in the way`() throws {
    try folder.write("hal", to: "stock/tmp/\(name)")
    let failed = "\(id.at(place: 2)).json"
    // The reason was in its place before the task.
    try folder.write("an old reason", to: "audit/failed/\(failed).reason")
    try folder.write("hal", to: "audit/tmp/\(failed)")
    try write()
    #expect(folder.contents("stock/new/\(name)") == Array("whole".utf8))
    #expect(folder.contents("audit/failed/\(failed)") == Array("failed".utf8))
    #expect(folder.contents("audit/failed/\(failed).reason") == Array("no filter\n".utf8))
    #expect(folder.names(in: "stock/tmp") + folder.names(in: "audit/tmp") == [])
  }
}
