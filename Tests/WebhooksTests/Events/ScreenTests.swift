import Foundation
import Testing

@testable import Webhooks

/// The log and other lists on a terminal.
@Suite struct ScreenTests {
  private let narrow = Screen(width: 80)

  private func entry(webhook: String = "erp", remote: String = "192.0.2.7") throws -> LoggedEntry {
    let reason = Array(repeating: "the sender signs each delivery", count: 6).joined(separator: " ")
    let json =
      #"{"time":"2026-07-24T08:12:03.123456Z","message":"delivery refused","webhook":"\#(webhook)","#
      + #""delivery":"01a20cac-1234-7abc-8def-0123456789ab","verdict":"refused","status":401,"#
      + #""check":"signature","reason":"\#(reason)","remote":"\#(remote)","body_bytes":0}"#
    return try #require(LoggedEntry(json: Array(json.utf8)))
  }

  @Test func `at 80 columns an entry is a line, and what is said of it stands below`() throws {
    var table = LogTable(
      zone: .amsterdam, screen: narrow)
    let lines = table.row(try entry()).split(separator: "\n").map(String.init)
    #expect(
      lines.first
        == "07-24 10:12:03  erp           refused      401   01a20cac-1234  192.0.2.7")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  ") && $0.count <= 80 })
    let said = lines.dropFirst().map { $0.dropFirst(2) }.joined(separator: " ")
    #expect(said.hasPrefix("signature: the sender signs"))
    #expect(said.hasSuffix("each delivery; 0 bytes"), "nothing of the reason is lost")
    #expect(table.head.split(separator: "\n").count == 2)
  }

  @Test func `what is too long for its column is cut, and no line passes the edge`() throws {
    for width in [10, 60, 80, 100, 120] {
      let screen = Screen(width: width)
      var table = LogTable(zone: .gmt, screen: screen)
      let row = table.row(
        try entry(
          webhook: String(repeating: "w", count: 63),
          remote: "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"))
      for line in row.split(separator: "\n") {
        #expect(line.count <= screen.width ?? 0, "\(width): \(line)")
      }
      #expect(row.contains("w…"))
      #expect(row.hasSuffix("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"), "\(width): \(row)")
    }
  }

  @Test func `a word longer than a line goes on in the next`() {
    let words = "a " + String(repeating: "x", count: 200) + " b"
    let lines = narrow.entry([.init("head", 4)], words: words).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    let letters = lines.dropFirst().joined().filter { $0 != " " }
    #expect(letters == "a" + String(repeating: "x", count: 200) + "b")
  }

  @Test func `a wide terminal and no terminal show the same, but for colours`() throws {
    var plain = LogTable(zone: .gmt)
    var wide = LogTable(zone: .gmt, screen: Screen(width: 140))
    var coloured = LogTable(zone: .gmt, screen: Screen(width: 140, isColoured: true))
    let row = plain.row(try entry())
    #expect(wide.row(try entry()) == row)
    #expect(
      coloured.row(try entry()) == row.replacing("refused ", with: "\u{1b}[31mrefused \u{1b}[0m"))
    #expect(!row.contains("\n"))
  }

  private static let head = ["webhook", "state", "last delivery", "accepted", "last refusal"]
  private static let long =
    "customer-" + Array(repeating: "north", count: 10).joined(separator: "-")
  private static let rows = [
    ["erp", "active", "3 min ago", "1,204", ""],
    [long, "broken", "never", "0", "signature 12 min ago, only refusals for 12 days"],
  ]

  @Test(arguments: [40, 60, 80, 100, 120, 200])
  func `a table keeps within a terminal, and nothing of it is cut`(_ width: Int) throws {
    let screen = Screen(width: width)
    let lines = screen.table(Self.head, Self.rows, state: 1, hasWords: true)
    #expect(lines.allSatisfy { $0.count <= width && !$0.contains("…") }, "\(lines)")
    func letters(_ text: String) -> String { text.filter { $0 != " " } }
    let all = letters(lines.joined())
    for cell in Self.rows.joined() where !cell.isEmpty {
      #expect(all.contains(letters(cell)), "\(cell)\n\(lines)")
    }
    if width >= 80 { #expect(lines.contains { $0.contains(Self.long) }, "it can be copied") }
  }

  @Test func `a table uses the width that there is`() {
    let rows = [Self.rows[0], ["shop", "broken", "never", "0", "header 12 min ago"]]
    #expect(
      Screen(width: 80).table(Self.head, rows, hasWords: true) == [
        "  webhook  state   last delivery  accepted  last refusal",
        "  erp      active  3 min ago      1,204",
        "  shop     broken  never          0         header 12 min ago",
      ])
    #expect(
      Screen(width: 58).table(Self.head, rows, hasWords: true).prefix(2) == [
        "  webhook  state   last       accepted  last refusal",
        "                   delivery",
      ])
    #expect(
      Screen(width: 55).table(Self.head, rows, hasWords: true) == [
        "  webhook  state   last delivery  accepted",
        "  erp      active  3 min ago      1,204",
        "  shop     broken  never          0",
        "    last refusal: header 12 min ago",
      ])
  }

  @Test func `colours are for verdicts and states alone`() throws {
    let screen = Screen(width: 80, isColoured: true)
    var table = LogTable(zone: .gmt, screen: screen)
    let row = table.row(try entry(webhook: "refused"))
    #expect(row.split(separator: "\u{1b}").count == 3, "one colour, and its end")
    #expect(screen.coloured("active  ", as: "active") == "\u{1b}[32mactive  \u{1b}[0m")
    #expect(screen.coloured("new", as: "new") == "new")
    #expect(Screen(width: 80).coloured("active", as: "active") == "active")
  }
}
