import Bytes
import Foundation
import Testing

@testable import Harness
@testable import History

/// Deliveries are kept, found in the same way before and after packing, and erased for good.
@Suite struct HistoryTests {
  private let site: HistorySite

  init() throws { site = try HistorySite() }

  private static let bodies = [
    "{}", #"{"order":4711,"name":"Jane"}"#, #"{"order":47112}"#, "café 4711", "\u{0}4711",
    String(repeating: "x", count: 3 << 20) + " 4711",
  ]

  @Test(arguments: [false, true]) func `what was kept is found, the newest first`(isPacked: Bool)
    throws
  {
    let other = try #require(TraceID("00000000000000000000000000000007"))
    let outcomes = ["accepted", "accepted", "refused", "accepted", "accepted", "accepted"]
    site.write(
      Self.bodies.enumerated().map {
        HistorySite.row(
          $0, $1, outcome: outcomes[$0], status: $0 == 2 ? 401 : 200, sender: "d-\($0)",
          trace: $0 == 4 ? other : ImporterSite.trace.trace)
      })
    if isPacked { try site.pack() }
    #expect(site.folder.parts(of: "erp").allSatisfy { $0.isPacked == isPacked })
    #expect(site.find() == [5, 4, 3, 2, 1, 0])
    // Not within a longer word, not in a body with a NUL, and not behind the first MiB.
    #expect(site.find { $0.words = Words("4711") } == [3, 1])
    #expect(site.find { $0.words = Words("jane 4711") } == [1])
    #expect(site.find { $0.words = Words(#""order":4711"#) } == [1])
    #expect(site.find { $0.words = Words("N2") } == [2])
    #expect(site.find { $0.words = Words("nowhere") } == [])
    #expect(site.find { $0.status = 401 } == [2])
    #expect(site.find { $0.outcomes = ["refused", "unwanted"] } == [2])
    #expect(site.find { $0.check = "header" } == [2])
    #expect(site.find { $0.senderID = "d-3" } == [3])
    #expect(site.find { $0.remote = "192.0.2.8" } == [])
    #expect(site.find { $0.trace = other } == [4])
    #expect(site.find { $0.trace = ImporterSite.trace.trace } == [5, 3, 2, 1, 0])
    let key = HistorySite.row(4).key
    #expect(site.find { $0.ids = key...key } == [4])
  }

  @Test func `bytes come back exactly, and a body that isn't kept is none`() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var (whole, bodiless, empty) = (
      HistorySite.row(1), HistorySite.row(2), HistorySite.row(3)
    )
    whole.body = bytes
    bodiless.body = nil
    empty.body = []
    site.write([whole, bodiless, empty])
    for _ in 1...2 {
      let search = HistorySearch(site.folder, nil, HistoryFilter())
      #expect(search.next()?.row.body == [])
      let second = search.next()
      #expect(second?.row.key == bodiless.key && second?.row.body == nil)
      let third = search.next()
      #expect(third?.row.body == bytes && third?.row.head == whole.head)
      #expect(third?.row.facts == whole.facts)
      try site.pack()
    }
  }

  @Test(arguments: [false, true]) func `words are found in a body that came compressed`(
    isPacked: Bool
  ) throws {
    var row = HistorySite.row(1)
    row.head = Array("POST / HTTP/1.1\r\ncontent-encoding: gzip\r\n\r\n".utf8)
    // {"order":4711}, as `gzip -n` makes it.
    row.body = Array(
      Data(base64Encoded: "H4sIAAAAAAAAA6tWyi9KSS1SsjIxNzSsBQAithVyDgAAAA==") ?? Data())
    var broken = HistorySite.row(2)
    (broken.head, broken.body) = (row.head, Array("4712, not gzip".utf8))
    site.write([row, broken])
    if isPacked { try site.pack() }
    #expect(site.find { $0.words = Words("4711") } == [1])
    #expect(site.find { $0.words = Words("4712") } == [2])
  }

  @Test func `pages follow each other over webhooks and parts`() throws {
    for number in 0..<6 {
      site.write([HistorySite.row(number)], number % 2 == 0 ? "a" : "b")
      if number % 3 == 0 { try site.pack() }
    }
    #expect(site.find() == [5, 4, 3, 2, 1, 0])
    var (found, filter): ([Int], HistoryFilter) = ([], HistoryFilter())
    while found.count < 6 {
      let search = HistorySearch(site.folder, nil, filter)
      let next = try #require(search.next())
      found.append(Int(next.row.key.high >> 16))
      filter.before = next.number
    }
    #expect(found == [5, 4, 3, 2, 1, 0])
  }

  @Test func `a search that takes too long says where it stopped, and goes on from there`() {
    site.write((0..<50).map { HistorySite.row($0) })
    var (found, filter): ([Int], HistoryFilter) = ([], HistoryFilter())
    filter.words = Words("n7")
    var rounds = 0
    while rounds < 60 {
      rounds += 1
      let search = HistorySearch(site.folder, nil, filter, within: .zero)
      while let one = search.next() { found.append(Int(one.row.key.high >> 16)) }
      guard let stopped = search.stopped else { break }
      filter.before = stopped
    }
    #expect(found == [7] && rounds > 10)
  }

  @Test(arguments: [false, true]) func `what is erased is in no file`(isPacked: Bool) throws {
    site.write([HistorySite.row(1, "first"), HistorySite.row(2, "zebra-stripes")])
    if isPacked { try site.pack() }
    var filter = HistoryFilter()
    filter.words = Words("zebra-stripes")
    let found = try #require(HistorySearch(site.folder, nil, filter).next())
    try BroughtBack(site.folder, "erp").add(
      BroughtBack.Mark(number: found.number, time: "t", target: "", tasks: ["task-of-zebra"]))
    let erasing = HistoryErasing(site.folder)
    #expect(try erasing.erase([found.number, 1], of: "erp") == 1)
    #expect(try erasing.erase([found.number], of: "erp") == 0)
    #expect(site.find() == [1])
    #expect(site.find { $0.words = Words("zebra-stripes") } == [])
    for name in site.state.names(in: "history/erp") {
      let bytes = try site.state.bytes("history/erp/\(name)")
      #expect(bytes.firstRange(of: Array("zebra".utf8)) == nil, "\(name)")
    }
  }

  @Test func `what stays when a packed part is written anew is as it was`() throws {
    let long = (0..<5000).map { UInt8(truncatingIfNeeded: $0 % 100) + 0x20 }
    var (bodiless, empty, packed) = (
      HistorySite.row(1), HistorySite.row(2, ""), HistorySite.row(3, sender: "d-3")
    )
    bodiless.body = nil
    empty.body = []
    packed.body = long + Array(" 4711".utf8)
    let rows = [bodiless, empty, packed]
    site.write(rows + [HistorySite.row(4, "gone")])
    try site.pack()
    var all: [Int] = []
    let search = HistorySearch(site.folder, nil, HistoryFilter())
    while let found = search.next() { all.append(found.number) }
    #expect(try HistoryErasing(site.folder).erase([try #require(all.first)], of: "erp") == 1)
    let left = HistorySearch(site.folder, nil, HistoryFilter())
    for row in rows.reversed() { #expect(left.next()?.row == row) }
    #expect(left.next() == nil && left.problems == [])
    #expect(site.find { $0.words = Words("4711") } == [3])
    #expect(site.find { $0.senderID = "d-3" } == [3])
  }

  @Test func `a reader that holds a transaction holds up neither writing nor packing`() throws {
    site.write((1...4).map { HistorySite.row($0) })
    // It stands in the middle of a statement.
    let search = HistorySearch(site.folder, nil, HistoryFilter())
    #expect(search.next()?.row.key == HistorySite.row(4).key)
    let status = site.write([HistorySite.row(5)])
    #expect(status.kept == 1 && status.problem == nil)
    try site.pack()
    for number in [3, 2, 1] { #expect(search.next()?.row.key == HistorySite.row(number).key) }
    #expect(search.next() == nil && search.problems == [])
    #expect(site.find() == [5, 4, 3, 2, 1])
  }

  @Test func `a part that is packed between the look and the reading is read`() throws {
    site.write([HistorySite.row(1)])
    let search = HistorySearch(site.folder, nil, HistoryFilter())
    try site.pack()
    #expect(search.next()?.row.key == HistorySite.row(1).key)
    #expect(search.next() == nil && search.problems == [])
  }

  @Test(arguments: [false, true]) func `moments are those of arrival`(isPacked: Bool) throws {
    let now = Int(Date().timeIntervalSince1970 * 1000)
    site.write(
      (1...4).map { number in
        var row = HistorySite.row(number)
        row.key = DeliveryKey(milliseconds: now - 10_000 + number * 1000)
        return row
      })
    if isPacked { try site.pack() }
    #expect(site.find { $0.since = now - 8000 } == [4, 3, 2])
    #expect(site.find { $0.until = now - 7000 } == [2, 1])
    #expect(
      site.find {
        $0.since = now - 8000
        $0.until = now - 6000
      } == [3, 2])
  }

  @Test func `cursors rise although the clock is set back`() throws {
    site.write([HistorySite.row(1)])
    // An entry of a clock that was a year ahead.
    let part = try #require(site.folder.parts(of: "erp").first)
    let number = Int(Date().timeIntervalSince1970 * 1_000_000) + 365 * 86_400_000_000
    try PartFile(continuing: part).write([(number, HistorySite.row(2))])
    site.write([HistorySite.row(3)])
    #expect(site.find() == [3, 2, 1])
    try site.pack()
    site.write([HistorySite.row(4)])
    #expect(site.find() == [4, 3, 2, 1])
    #expect(site.find { $0.after = number } == [4, 3])
  }
}
