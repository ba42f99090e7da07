import Foundation
import Testing

@testable import Harness
@testable import History

/// What is damaged is set aside, in bounds, and the history goes on.
@Suite struct DamageTests {
  private let site: HistorySite

  init() throws { site = try HistorySite() }

  /// Damages the part that is written, and has the writer find that out.
  private func damage(_ mark: UInt8) throws {
    site.write([HistorySite.row(1)])
    let part = try #require(site.folder.parts(of: "erp").last)
    try Data(repeating: mark, count: 30_000).write(to: URL(filePath: part.path))
    let status = site.write([HistorySite.row(Int(mark))])
    #expect(status.kept == 1 && status.lost.isEmpty, "\(status)")
  }

  /// Returns the first byte of each damaged file.
  private func marks() throws -> [UInt8?] {
    try site.folder.damaged().map { try Data(contentsOf: URL(filePath: $0)).first }
  }

  @Test func `a damaged part is set aside, and a new one is begun`() throws {
    try damage(0x5a)
    #expect(site.find() == [0x5a])
    let part = try #require(site.folder.parts(of: "erp").first)
    #expect(
      site.folder.damaged() == ["\(site.folder.folder(of: "erp"))/damaged-\(part.day)-0001.db"])
  }

  @Test func `damaged files don't take each other's place, and the newest four are kept`() throws {
    for mark in 1...4 { try damage(UInt8(mark)) }
    #expect(try marks() == [1, 2, 3, 4])
    // What SQLite keeps beside a file goes with it.
    let first = try #require(site.folder.damaged().first)
    try Data([7]).write(to: URL(filePath: first + "-wal"))
    for mark in 5...6 { try damage(UInt8(mark)) }
    #expect(try marks() == [3, 4, 5, 6])
    #expect(!site.state.names(in: "history/erp").contains { $0.hasSuffix("-wal") })
  }

  @Test func `damaged files expire, and go first where there is no room`() throws {
    for isShort in [false, true] {
      try damage(1)
      let keeping = HistoryKeeping(state: site.state.path, claims: PartClaims())
      var limits = HistoryLimits(webhooks: ["erp": .init(seconds: 86_400, bytes: 1 << 30)])
      let now = Date()
      site.settleClock(at: now)
      _ = keeping.trim(limits, at: now)
      #expect(site.folder.damaged().count == 1)
      if isShort {
        limits.minFree = 1 << 60
        keeping.makeRoom(limits)
      } else {
        let later = now.addingTimeInterval(2 * 86_400)
        site.settleClock(at: later)
        _ = keeping.trim(limits, at: later)
      }
      #expect(site.folder.damaged() == [])
    }
  }

  @Test func `what can't be set aside is told`() {
    let gone = Part(
      folder: site.folder.folder(of: "erp"), day: "2026-11-09", number: 1, lane: .verified)
    #expect(
      DamagedFiles(of: gone.folder).add(gone) == "can't be set aside: No such file or directory")
  }
}
