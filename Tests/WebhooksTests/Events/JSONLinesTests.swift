import Foundation
import Logging
import Synchronization
import Testing

@testable import Webhooks

/// One event is one line, whatever a sender put into it.
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

  @Test(arguments: cases)
  func `what ends a line or reaches a terminal is escaped`(_ one: Case) throws {
    var line = ""
    JSONLines.append(quoted: one.text, to: &line)
    #expect(line == one.line)
    let back = try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
    #expect(Array((back as? String ?? "").utf8) == Array(one.text.utf8))
  }

  @Test func `what is too long is cut`() {
    var line = ""
    JSONLines.append(quoted: String(repeating: "x", count: 9000), to: &line)
    #expect(line.count < JSONLines.longestText + 20)
    #expect(line.hasSuffix("(cut)\""))
  }

  @Test func `an event is one object on one line, its fields in order`() throws {
    let lines = Mutex<[[UInt8]]>([])
    var logger = Logger(label: "test") { _ in
      JSONLines { line in lines.withLock { $0.append(line) } }
    }
    logger[metadataKey: "b"] = .array(["x", "y\n"])
    logger.warning(
      "refused", metadata: ["a": .stringConvertible(7), "c": .dictionary(["k": "v"])])
    let all = lines.withLock { $0 }
    #expect(all.count == 1)
    let text = String(decoding: all[0], as: UTF8.self)
    #expect(text.hasSuffix(#""a":7,"b":["x","y\u000a"],"c":{"k":"v"}}"# + "\n"))
    let json = try JSONSerialization.jsonObject(with: Data(all[0])) as? [String: Any]
    #expect(json?["level"] as? String == "warning")
    #expect(json?["message"] as? String == "refused")
    #expect((json?["time"] as? String)?.count == 27)
  }
}
