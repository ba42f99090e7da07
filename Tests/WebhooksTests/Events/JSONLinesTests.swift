import Bytes
import Foundation
import Logging
import Synchronization
import Testing

@testable import Webhooks

/// An event is one line, whatever a sender put into it.
@Suite struct JSONLinesTests {
  struct Case: Sendable {
    let text: String
    let line: String
  }

  static let cases = [
    Case(text: "plain", line: #""plain""#),
    Case(text: #"a"b\c"#, line: #""a\"b\\c""#),
    Case(text: "a\r\nb\n", line: #""a\u000d\u000ab\u000a""#),
    Case(text: "\u{1b}[2J", line: #""\u001b[2J""#),
    Case(text: "\u{7f}\u{9b}31m", line: #""\u007f\u009b31m""#),
    Case(text: "\u{2028}\u{2029}", line: #""\u2028\u2029""#),
    Case(text: "\u{202e}gnp.exe", line: #""\u202egnp.exe""#),
    Case(text: "\u{e0001}", line: #""\udb40\udc01""#),
    Case(text: "Müller 中 😀", line: #""Müller 中 😀""#),
  ]

  private func quoted(_ text: String) -> String {
    var line: [UInt8] = []
    JSONLines.append(quoted: text, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  @Test(arguments: cases)
  func `what ends a line or reaches a terminal is escaped`(_ one: Case) throws {
    let line = quoted(one.text)
    #expect(line == one.line)
    let back = try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
    #expect(Array((back as? String ?? "").utf8) == Array(one.text.utf8))
  }

  @Test func `what is too long is cut`() {
    let line = quoted(String(repeating: "x", count: 9000))
    #expect(line.count < LogRecord.longestText + 20)
    #expect(line.hasSuffix("(cut)\""))
  }

  @Test func `an event is one object on one line, its fields in order`() throws {
    let lines = ReceivingSite.Lines()
    var logger = Logger(label: "test") { _ in OutputLog(lines) }
    logger[metadataKey: "b"] = .array(["x", "y\n"])
    logger.warning(
      "refused", metadata: ["a": .stringConvertible(7), "c": .dictionary(["k": "v"])])
    #expect(lines.texts.count == 1)
    let text = lines.texts[0]
    #expect(text.hasSuffix(#""a":7,"b":["x","y\u000a"],"c":{"k":"v"}}"# + "\n"))
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(json?["level"] as? String == "warning")
    #expect(json?["message"] as? String == "refused")
    #expect((json?["time"] as? String)?.count == 27)
  }

  @Test func `an entry in which every field is hostile is one safe line`() throws {
    var random = Seeded(7)
    for _ in 0..<300 {
      let texts = (0..<8).map { _ in Hostile.text(&random) }
      let record = LogRecord(
        time: Date(), level: .info, message: texts[0],
        fields: [
          ("a", .text(texts[1])), ("b", .excerpt(texts[2])), ("c", .list([texts[3], texts[4]])),
          ("d", .object([.init(texts[5], texts[6])])), ("e", .number(1)),
        ])
      var line: [UInt8] = []
      JSONLines.append(record, to: &line)
      #expect(line.firstIndex(of: 10) == line.count - 1)
      let text = try #require(String(validating: line.dropLast(), as: UTF8.self))
      #expect(!text.unicodeScalars.contains(where: Hostile.isUnsafe))
      let json = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      #expect(json?.count == 8)
      #expect(json?["a"] as? String == texts[1])
      #expect(!SafeText.text(texts[7]).unicodeScalars.contains(where: Hostile.isUnsafe))
    }
  }
}
