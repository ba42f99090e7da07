import Foundation
import Spooling
import Testing

@testable import Webhooks

/// Bodies that are made to take all memory or time. Each is soon stored whole, with a reason.
@Suite struct HostileBodyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let parser: String
    var contentType = "application/json"
    let body: @Sendable () -> String
    /// A part of the reason; nil if the body becomes tasks.
    let reason: String?
  }

  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  static let laughs =
    "<!DOCTYPE lolz [<!ENTITY a0 \"lol\">"
    + (1...9).map { "<!ENTITY a\($0) \"\(repeated("&a\($0 - 1);", 10))\">" }.joined()
    + "]><lolz>&a9;</lolz>"

  static let cases = [
    Case(
      testDescription: "a million laughs", parser: "{type: xml, items: /lolz}", body: { laughs },
      reason: "it declares the entity a0"),
    Case(
      testDescription: "laughs in a parameter entity", parser: "{type: xml, items: /a}",
      body: { "<!DOCTYPE a [<!ENTITY % x \"<!ENTITY y 'z'>\"> %x;]><a>&y;</a>" },
      reason: "it declares the entity x"),
    Case(
      testDescription: "an external entity", parser: "{type: xml, items: /a}",
      body: { "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>" },
      reason: "it declares the entity x"),
    Case(
      testDescription: "deep XML", parser: "{type: xml, items: /a}",
      body: { repeated("<a>", 100_000) + repeated("</a>", 100_000) }, reason: "depth"),
    Case(
      testDescription: "elements within each other, all selected",
      parser: "{type: xml, items: //a}",
      body: { repeated("<a>", 200) + repeated("x", 1 << 20) + repeated("</a>", 200) },
      reason: "more than 32 times the bytes of the body"),
    Case(
      testDescription: "an element of a million attributes", parser: "{type: xml, items: /a}",
      body: { "<a" + (0..<1_000_000).map { " a\($0)=''" }.joined() + "/>" },
      reason: "more than 10000 attributes"),
    Case(
      testDescription: "XML of empty elements", parser: "{type: xml, items: /a}",
      body: { "<a>" + repeated("<b/>", 2_000_000) + "</a>" }, reason: "over max_inflight"),
    Case(
      testDescription: "an XPath that compares all with all",
      parser: "{type: xml, items: '//b[count(preceding::b) > 99999]'}",
      body: { "<a>" + repeated("<b/>", 20_000) + "</a>" }, reason: "limit exceeded"),
    Case(
      testDescription: "CSV of a million columns", parser: "{type: csv}",
      body: { repeated("a,", 1_000_000) }, reason: "more than 10000 fields"),
    Case(
      testDescription: "CSV of long names and short records", parser: "{type: csv}",
      body: { repeated("a", 1 << 20) + ",b\n" + repeated(",\n", 9999) },
      reason: "more than 32 times the bytes of the body"),
    Case(
      testDescription: "a quote that does not end", parser: "{type: csv}",
      body: { "a\n\"" + repeated("x\n", 1 << 20) }, reason: "does not end"),
    Case(
      testDescription: "a form of a million fields", parser: "{type: form}",
      contentType: "application/x-www-form-urlencoded", body: { repeated("a=1&", 1_000_000) },
      reason: "more than 10000 fields"),
    Case(
      testDescription: "a multipart form of a million fields", parser: "{type: form}",
      contentType: "multipart/form-data; boundary=x",
      body: {
        repeated("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", 100_000) + "--x--"
      }, reason: "more than 10000 fields"),
    Case(
      testDescription: "a boundary that almost occurs", parser: "{type: form}",
      contentType: "multipart/form-data; boundary=" + repeated("-", 69) + "x",
      body: { repeated("\r\n" + repeated("-", 71), 100_000) }, reason: "does not end"),
    Case(
      testDescription: "deep JSON", parser: "{type: json, items: '.data.body[]'}",
      body: { repeated("[", 1 << 20) + repeated("]", 1 << 20) },
      reason: "isn't JSON, line 1, column 101"),
    Case(
      testDescription: "JSON of empty arrays", parser: "{type: json, items: '.data.body[]'}",
      body: { "[" + repeated("[],", 3_000_000) + "0]" }, reason: "over max_inflight"),
    Case(
      testDescription: "a million items", parser: "{type: json, items: '.data.body[]'}",
      body: { "[" + repeated("1,", 1_000_000) + "1]" }, reason: "more than 10000 items"),
    Case(
      testDescription: "a million lines", parser: "{type: ndjson}",
      body: { repeated("1\n", 1_000_000) }, reason: "more than 10000 items"),
    Case(
      testDescription: "as many items as there may be",
      parser: "{type: json, items: '.data.body[]'}",
      body: { "[" + repeated("1,", 9999) + "1]" }, reason: nil),
  ]

  @Test(arguments: cases)
  func `it ends soon, and nothing is lost`(_ one: Case) throws {
    let body = one.body()
    let start = ContinuousClock.now
    let parsed = try Parsed("parser: \(one.parser)\n", body, contentType: one.contentType)
    #expect(ContinuousClock.now - start < .seconds(40))
    guard let reason = one.reason else {
      #expect(parsed.bodies.count == 10_000)
      return
    }
    #expect(parsed.failure?.contains(reason) == true, "\(parsed.failure ?? "accepted")")
    #expect(parsed.entries.count == 1)
    #expect(parsed.entries.first?.place != .new)
    #expect((parsed.failure?.utf8.count ?? 0) < 1000)
  }
}
