import Bytes
import Foundation
import Glibc
import Testing

@testable import Harness
@testable import History

/// The history stays within its bounds, and a failure costs history alone.
@Suite struct BoundTests {
  private let site: HistorySite

  init() throws { site = try HistorySite() }

  private static let body = (0..<20_000).map { "\($0 &* 7919 % 10_007)" }.joined()

  private func limits(
    bytes: Int = 1 << 30, all: Int = 20 << 30, minFree: Int = 0, seconds: Int = 7 * 86_400
  ) -> HistoryLimits {
    HistoryLimits(
      webhooks: ["erp": .init(seconds: seconds, bytes: bytes)], bytes: all, minFree: minFree)
  }

  /// Removes what is over the bounds, with a clock that has gone on for two days.
  private func keep(_ limits: HistoryLimits, at now: Date = Date()) -> Int {
    site.settleClock(at: now)
    return HistoryKeeping(state: site.state.path, claims: PartClaims()).trim(limits, at: now)
  }

  /// Makes parts of earlier days, with one entry each.
  private func makeParts(_ days: Int, _ lane: Part.Lane = .verified) throws {
    try site.folder.make("erp")
    for day in 1...days {
      let part = Part(
        folder: site.folder.folder(of: "erp"), day: "2026-11-0\(day)", number: 1, lane: lane)
      try PartFile.make(part).write([(part.end - 1, HistorySite.row(day, Self.body))])
    }
  }

  @Test func `the oldest parts go when there are too many bytes`() throws {
    let limits = limits(bytes: 1 << 20)
    for number in 0..<40 {
      site.write([HistorySite.row(number, Self.body)], "erp", .verified, limits)
    }
    #expect(site.folder.parts(of: "erp").count > 2)
    #expect(keep(limits) <= 3 << 18)
    let left = site.find()
    #expect(!left.isEmpty && left == Array((40 - left.count..<40).reversed()))
  }

  @Test func `unverified requests push out none that was verified`() throws {
    let limits = limits(bytes: 1 << 20)
    site.write([HistorySite.row(0)], "erp", .verified, limits)
    for number in 1..<20 {
      site.write([HistorySite.row(number, Self.body, outcome: "refused")], "erp", .refused, limits)
    }
    _ = keep(limits)
    let left = site.find()
    #expect(left.contains(0) && left.count < 20)
  }

  @Test func `all histories together stay within their bound`() throws {
    try makeParts(3)
    let years = 3000 * 86_400
    let all = keep(limits(seconds: years))
    #expect(keep(limits(all: all - 1, seconds: years)) < all)
    #expect(site.find() == [3, 2])
  }

  @Test func `what is young enough stays`() throws {
    try makeParts(3)
    let noon = try #require(ISO8601DateFormatter().date(from: "2026-11-09T12:00:00Z"))
    _ = keep(limits(seconds: 7 * 86_400), at: noon)
    #expect(site.find() == [3, 2])
  }

  @Test func `near the free space that spools need, the history makes room`() throws {
    try makeParts(3)
    let keeping = HistoryKeeping(state: site.state.path, claims: PartClaims())
    keeping.makeRoom(limits(minFree: 1))
    #expect(site.find() == [3, 2, 1])
    keeping.makeRoom(limits(minFree: 1 << 60))
    #expect(site.find() == [])
    let status = site.write([HistorySite.row(4)], "erp", .verified, limits(minFree: 1 << 60))
    #expect(status.lost == [.space: 1] && status.problem?.contains("min_free") == true)
  }

  @Test func `a day that is over is closed, and packed`() throws {
    try makeParts(2)
    site.write([HistorySite.row(3)], "erp", .verified, limits(seconds: 3000 * 86_400))
    let parts = site.folder.parts(of: "erp")
    #expect(parts.count == 3)
    let keeping = HistoryKeeping(state: site.state.path, claims: PartClaims())
    for _ in 1...4 {
      _ = keeping.round(limits(seconds: 3000 * 86_400)) { _ in
      } then: { _, _ in
      }
    }
    #expect(site.folder.parts(of: "erp").map(\.isPacked) == [true, true, false])
    #expect(site.find() == [3, 2, 1])
  }

  @Test func `a part that none follows is packed once its day is over`() throws {
    try makeParts(1)
    let keeping = HistoryKeeping(state: site.state.path, claims: PartClaims())
    for _ in 1...2 {
      _ = keeping.round(limits(seconds: 3000 * 86_400)) { _ in
      } then: { _, _ in
      }
    }
    #expect(site.folder.parts(of: "erp").map(\.isPacked) == [true])
    #expect(site.find() == [1])
  }

  @Test func `a part that a crash left beside its packed form is found once, and removed`() throws {
    try makeParts(1)
    let part = try #require(site.folder.parts(of: "erp").first)
    let copy = try Data(contentsOf: URL(filePath: part.path))
    try site.pack()
    try copy.write(to: URL(filePath: part.path))
    #expect(site.find() == [1])
    let keeping = HistoryKeeping(state: site.state.path, claims: PartClaims())
    _ = keeping.round(limits(seconds: 3000 * 86_400)) { _ in
    } then: { _, _ in
    }
    #expect(!FileManager.default.fileExists(atPath: part.path))
    #expect(site.find() == [1])
  }

  @Test(.serialized, arguments: 0..<40) func `random damage stops no search and no writing`(
    seed: Int
  ) throws {
    site.write((0..<30).map { HistorySite.row($0, Self.body) })
    if seed % 2 == 0 { try site.pack() }
    let part = try #require(site.folder.parts(of: "erp").first)
    var bytes = Array(try Data(contentsOf: URL(filePath: part.path)))
    var state = UInt64(seed + 1) &* 0x9e37_79b9_7f4a_7c15
    for _ in 0..<200 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
    }
    try Data(bytes).write(to: URL(filePath: part.path))
    var filter = HistoryFilter()
    if seed % 3 == 0 { filter.words = Words("4711 7919") }
    let search = HistorySearch(site.folder, nil, filter)
    while search.next() != nil {}
    let status = site.write([HistorySite.row(99)])
    #expect(status.kept == 1, "\(status)")
  }

  @Test func `a part without its table is set aside, and the writing goes on`() throws {
    try site.folder.make("erp")
    let part = Part(
      folder: site.folder.folder(of: "erp"), day: Part.day(of: Int(time(nil)) * 1_000_000),
      number: 1, lane: .verified)
    try Data().write(to: URL(filePath: part.path))
    let status = site.write([HistorySite.row(99)])
    #expect(status.kept == 1, "\(status)")
    #expect(site.folder.damaged().count == 1)
    #expect(site.find() == [99])
  }

  @Test func `what a crash left of a part that was begun is taken away`() throws {
    try site.folder.make("erp")
    let begun = "\(site.folder.folder(of: "erp"))/.begun"
    for ending in ["", "-journal"] {
      try Data("half".utf8).write(to: URL(filePath: begun + ending))
    }
    #expect(site.write([HistorySite.row(1)]).kept == 1)
    #expect(site.find() == [1])
    for ending in ["", "-journal"] { #expect(access(begun + ending, F_OK) != 0) }
  }

  @Test func `what can't be written is counted, and told once`() throws {
    try Data().write(to: site.state("history"))
    let told = Mutex<[String]>([])
    let writer = HistoryWriter(state: site.state.path, HistoryLimits()) { words in
      told.withLock { $0.append(words) }
    }
    writer.start()
    for number in 1...3 {
      writer.keep(in: "erp", .verified, bytes: 1) { HistorySite.row(number) }
      try until("it is lost") { writer.status.lost == [.failed: number] }
    }
    writer.stop(within: .seconds(60))
    #expect(writer.status.problem?.contains("can't be made") == true)
    #expect(told.withLock(\.count) == 1)
  }

  @Test func `a flood is counted, and holds up nobody`() throws {
    let writer = HistoryWriter(state: site.state.path, HistoryLimits()) { _ in }
    for number in 0..<HistoryWriter.mostWaiting + 3 {
      writer.keep(in: "erp", .verified, bytes: 1) { HistorySite.row(number) }
    }
    #expect(writer.status.lost == [.queue: 3])
    #expect(writer.status.problem == "more deliveries came than could be written")
    writer.start()
    writer.stop(within: .seconds(60))
    #expect(writer.status.kept == HistoryWriter.mostWaiting)
  }

  @Test func `a link in place of a part or of the folder is not followed`() throws {
    try site.folder.make("erp")
    let victim = try site.state.write("", to: "victim")
    let part = Part(
      folder: site.folder.folder(of: "erp"),
      day: Part.day(of: Int(Date().timeIntervalSince1970 * 1_000_000)), number: 1, lane: .verified)
    #expect(symlink(victim.path, part.path) == 0)
    let status = site.write([HistorySite.row(1)])
    #expect(status.kept == 0 && status.problem != nil)
    #expect(site.state.text("victim") == "")
  }

  @Test func `names that aren't parts are left alone`() throws {
    site.write([HistorySite.row(1)])
    for name in [
      "2026-11-30-1.db", "2026-11-30-0000.db", "2026-13-01-0001.db", "2026-11-30-0001.db.bak",
      "20261130-0001.db", "2026-11-30-99999999999999999999.db", "-refused.db",
    ] { try site.state.write("x", to: "history/erp/\(name)") }
    #expect(site.folder.parts(of: "erp").count == 1)
    #expect(site.find() == [1])
  }
}
