import Foundation
import Testing

@testable import Harness
@testable import History

/// What has expired goes, and a clock that is wrong for a while takes nothing along.
@Suite struct AgeTests {
  private let site: HistorySite
  private static let day = 86_400
  private static let november9 = 1_794_182_400

  init() throws { site = try HistorySite() }

  /// Makes parts with an entry each, which arrived at these days of November 2026.
  private func makeParts(_ parts: [(name: String, number: Int, arrival: Int)]) throws {
    try site.folder.make("erp")
    for (day, number, arrival) in parts {
      let part = Part(
        folder: site.folder.folder(of: "erp"), day: day, number: number, lane: .verified)
      var row = HistorySite.row(arrival)
      row.key = DeliveryKey(milliseconds: (Self.november9 + (arrival - 9) * Self.day) * 1000)
      try PartFile.make(part).write([(part.end - 1000 + number, row)])
    }
  }

  private func makeParts(_ days: ClosedRange<Int>) throws {
    try makeParts(days.map { ("2026-11-0\($0)", 1, $0) })
  }

  /// Has a responder that starts look at the bounds, at this many seconds behind 9 November.
  private func look(after seconds: Int) {
    let now = Date(timeIntervalSince1970: Double(Self.november9 + seconds))
    _ = HistoryKeeping(state: site.state.path, claims: PartClaims()).trim(
      HistoryLimits(webhooks: ["erp": .init(seconds: 7 * Self.day, bytes: 1 << 30)]), at: now)
  }

  @Test func `a day goes once it has expired, and one in an hour, over restarts`() throws {
    try makeParts(1...4)
    let last = 2 * Self.day
    site.settleClock(at: Date(timeIntervalSince1970: Double(Self.november9 + last)))
    for (seconds, left) in [
      (last, [4, 3, 2]), (last + 3599, [4, 3, 2]), (last + 3600, [4, 3]), (last + 7200, [4]),
      (last + 10_800, [4]), (last + Self.day, []),
    ] {
      look(after: seconds)
      #expect(site.find() == left, "after \(seconds) s")
    }
  }

  @Test func `a clock that is ahead for some hours removes nothing, over any number of starts`()
    throws
  {
    try makeParts(4...8)
    site.settleClock(at: Date(timeIntervalSince1970: Double(Self.november9)))
    look(after: 0)
    let ahead = 1000 * Self.day
    for start in 0..<20 { look(after: ahead + start * 4000) }
    look(after: 20 * 4000)
    #expect(site.find() == [8, 7, 6, 5, 4])
    // One that stays ahead is believed after a day.
    for hours in 0...24 { look(after: ahead + hours * 3600) }
    #expect(site.find() == [8, 7, 6, 5])
  }

  @Test func `without a note of the clock, and where none can be made, nothing goes`() throws {
    try makeParts(1...2)
    look(after: 0)
    #expect(site.find() == [2, 1])
    for damage in ["", "x", "1 2", "-1 -1 -1", "9223372036854775807 0 0"] {
      try site.state.write(damage, to: "history/.clock")
      look(after: 60)
      #expect(site.find() == [2, 1], "\(damage)")
    }
    try FileManager.default.removeItem(at: site.state("history/.clock"))
    try site.state.write("", to: "history/.clock/in-its-place")
    for hours in 0...30 { look(after: hours * 3600) }
    #expect(site.find() == [2, 1])
    // A note that can be read, and not be replaced.
    try FileManager.default.removeItem(at: site.state("history/.clock"))
    site.settleClock(at: Date(timeIntervalSince1970: Double(Self.november9)))
    try? FileManager.default.removeItem(at: site.state("history/.clock.new"))
    try site.state.write("", to: "history/.clock.new/in-its-place")
    look(after: 0)
    #expect(site.find() == [2, 1])
  }

  @Test func `what a clock that was ahead has kept expires by the arrival of what came after`()
    throws
  {
    // The first came while the clock showed 2027.
    try makeParts([("2027-11-09", 1, 374), ("2027-11-09", 2, 1), ("2027-11-09", 3, 8)])
    site.settleClock(at: Date(timeIntervalSince1970: Double(Self.november9)))
    look(after: 0)
    #expect(site.find() == [8])
  }

  @Test func `a day changes and a clock jumps while entries are written`() throws {
    try site.folder.make("erp")
    var now = Self.november9 - 1
    var files = HistoryFiles(state: site.state.path, claims: PartClaims()) {
      Date(timeIntervalSince1970: Double(now))
    }
    // Seconds of the clock, and the part that is written to then.
    let steps = [
      (Self.november9 - 1, "2026-11-08 1"), (Self.november9, "2026-11-09 1"),
      (Self.november9 - 1, "2026-11-09 2"), (Self.november9 + 1, "2026-11-09 2"),
      (Self.november9 + 365 * Self.day, "2027-11-09 1"), (Self.november9 + 2, "2027-11-09 2"),
      (Self.november9 + 3, "2027-11-09 2"), (Self.november9 + Self.day, "2027-11-09 3"),
    ]
    var expected: [String] = []
    for (place, (clock, part)) in steps.enumerated() {
      now = clock
      var row = HistorySite.row(place)
      row.key = DeliveryKey(milliseconds: clock * 1000 + place)
      let result = files.write(
        [HistoryWriter.Waiting(webhook: "erp", lane: .verified, bytes: 1) { [row] in row }],
        to: LaneKey("erp", .verified), HistoryLimits())
      guard case .success(nil) = result else {
        Issue.record("\(result)")
        return
      }
      if expected.last != part { expected.append(part) }
      #expect(
        site.folder.parts(of: "erp").map { "\($0.day) \($0.number)" } == expected, "step \(place)")
      #expect(site.find() == (0...place).reversed())
    }
    files.close()
  }

  /// A search behind a number leaves out the parts of earlier days.
  @Test(arguments: [false, true]) func `no entry has a number behind the day of its part`(
    isBegun: Bool
  ) throws {
    try site.folder.make("erp")
    let midnight = Double(Self.november9)
    var now = midnight - 60
    var files = HistoryFiles(state: site.state.path, claims: PartClaims()) {
      Date(timeIntervalSince1970: now)
    }
    func write(_ numbers: Range<Int>) {
      let rows = numbers.map { number in
        HistoryWriter.Waiting(webhook: "erp", lane: .verified, bytes: 1) {
          HistorySite.row(number)
        }
      }
      guard
        case .success(nil) = files.write(rows, to: LaneKey("erp", .verified), HistoryLimits())
      else {
        Issue.record("not written")
        return
      }
    }
    if isBegun { write(0..<1) }
    now = midnight - 0.000_005
    write(1..<100)
    files.close()
    #expect(site.find() == ((isBegun ? 0 : 1)..<100).reversed())
    for part in site.folder.parts(of: "erp") {
      #expect(try PartFile(reading: part).lastNumber() < part.end)
    }
  }

  @Test(arguments: [false, true]) func `a part of a day ahead is closed with the clock's day`(
    isToday: Bool
  ) throws {
    let now = Date().timeIntervalSince1970
    let part = Part(
      folder: site.folder.folder(of: "erp"), day: Part.day(of: Int(now + 90 * 86_400) * 1_000_000),
      number: 1, lane: .verified)
    try site.folder.make("erp")
    var row = HistorySite.row(1)
    row.key = DeliveryKey(milliseconds: Int((isToday ? now : now - 86_400) * 1000))
    try PartFile.make(part).write([(part.end - 1000, row)])
    var next = HistorySite.row(2)
    next.key = DeliveryKey(milliseconds: Int(now * 1000) + 1)
    site.write([next])
    #expect(site.find() == [2, 1])
    #expect(site.folder.parts(of: "erp").map(\.number) == (isToday ? [1] : [1, 2]))
  }
}
