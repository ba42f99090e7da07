import Foundation
import Testing

@testable import Webhooks

@Suite struct IdentifierTests {
  struct Name: Sendable, CustomTestStringConvertible {
    let name: String
    let identifier: String?
    var testDescription: String { name }
  }

  static let names = [
    Name(name: "ERP Stock", identifier: "erp-stock"),
    Name(name: "Économie & Größe", identifier: "economie-and-grosse"),
    Name(name: "Cafe\u{301} Łódź", identifier: "cafe-lodz"),
    Name(name: "R&D", identifier: "randd"),
    Name(name: "R＆D", identifier: "randd"),
    Name(name: "O'Brien", identifier: "obrien"),
    Name(name: "O’Brien‘s", identifier: "obriens"),
    Name(name: "Mac`s ´x´ ʼy ′z", identifier: "macs-x-y-z"),
    // A part of a name that can't be written would say something else.
    Name(name: "库存更新", identifier: nil),
    Name(name: "ACME 库存", identifier: nil),
    Name(name: "Обновление складов", identifier: "obnovlenie-skladov"),
    Name(name: "Объект", identifier: "obekt"),
    Name(name: "تحديث المخزون", identifier: nil),
    Name(name: "ひらがな", identifier: nil),
    Name(name: "  --Stock  / Updates!! ", identifier: "stock-updates"),
    Name(name: "../../etc/passwd", identifier: "etc-passwd"),
    Name(name: "a_b.c", identifier: "a-b-c"),
    Name(name: "😀🎉", identifier: nil),
    Name(name: "", identifier: nil),
    Name(name: " - ", identifier: nil),
    Name(name: "'", identifier: nil),
    Name(
      name: String(repeating: "a", count: 300), identifier: String(repeating: "a", count: 100)),
    Name(
      name: String(repeating: "a", count: 99) + " b", identifier: String(repeating: "a", count: 99)),
  ]

  @Test(arguments: names)
  func `a name gives an identifier`(_ name: Name) {
    #expect(Identifier(name: name.name)?.text == name.identifier)
  }

  /// Each line of the table is a text and its identifier, or a hyphen for none, by ICU's rules
  /// `Any-Latin; [:Lm:] Remove; Latin-ASCII`: all letters and signs of Latin, Greek and Cyrillic,
  /// alone and between two letters, whole and decomposed; pairs of Greek letters; and names.
  @Test func `Latin, Greek and Cyrillic names give the identifiers of the table`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "identifiers.tsv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 8037)
    var wrong: [String] = []
    for line in lines {
      let parts = line.split(separator: "\t")
      let found = Identifier(name: String(parts[0]))?.text ?? "-"
      if found != parts[1] { wrong.append("\(line) became \(found)") }
    }
    #expect(wrong == [])
  }

  @Test(arguments: ["a", "7", "a-b", "a--b", "0-9", String(repeating: "a", count: 100)])
  func `is an identifier`(_ text: String) {
    #expect(Identifier(bytes: text.utf8)?.text == text)
  }

  @Test(arguments: [
    "", "-", "-a", "a-", "A", "a_b", "a.b", "a/b", "..", "a b", "é", "e\u{301}", "a\u{0}",
    "a%2fb", "ａ", String(repeating: "a", count: 101),
  ])
  func `is no identifier`(_ text: String) {
    #expect(Identifier(bytes: text.utf8) == nil)
  }
}
