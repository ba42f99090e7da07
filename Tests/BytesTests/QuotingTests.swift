import Testing

@testable import Bytes
@testable import Harness

@Suite struct QuotingTests {
  private func quoted(_ text: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    JSONText.appendQuoted(text, to: &output)
    return output
  }

  @Test func `only what has to be is escaped, and DEL`() {
    let table: [(text: String, quoted: String)] = [
      (text: "", quoted: #""""#),
      (text: "a", quoted: #""a""#),
      (text: "a\"b\\c/d", quoted: #""a\"b\\c/d""#),
      (text: "\u{8}\t\n\u{c}\r", quoted: #""\b\t\n\f\r""#),
      (text: "\u{0}\u{1}\u{1f}\u{7f}\u{80}", quoted: "\"\\u0000\\u0001\\u001f\\u007f\u{80}\""),
      (text: "ä€😀\u{2028}\u{fffe}\u{feff}", quoted: "\"ä€😀\u{2028}\u{fffe}\u{feff}\""),
    ]
    for row in table {
      #expect(quoted(Array(row.text.utf8)) == Array(row.quoted.utf8))
      var output: [UInt8] = []
      JSONText.appendQuoted(row.text, to: &output)
      #expect(output == Array(row.quoted.utf8))
    }
  }

  @Test func `every ASCII character is escaped or not, wherever it stands`() {
    for byte in UInt8(0)..<0x80 {
      for before in 0...9 {
        let text = Array("ä".utf8) + [UInt8](repeating: 0x61, count: before) + [byte, 0x62]
        let string = quoted(text)
        #expect(JSONText.isValid(string))
        #expect(!string.contains { $0 < 0x20 || $0 == 0x7F })
        #expect(JSONText.text(at: string.indices, in: string) == text)
        #expect(string.count == JSONText.quotedCount(of: text.span))
        let isEscaped = byte < 0x20 || byte == 0x7F || byte == 0x22 || byte == 0x5C
        #expect((string.count > text.count + 2) == isEscaped)
      }
    }
  }

  @Test func `a string is appended to what is there`() {
    var output = Array("{".utf8)
    JSONText.appendQuoted("a", to: &output)
    JSONText.appendQuoted(fromSender: [0xE4], to: &output)
    JSONText.appendQuoted(fromSender: Array("ä\n".utf8), to: &output)
    #expect(output == Array(#"{"a""ä""ä\n""#.utf8))
  }

  @Test func `jq gives back every character there is, byte for byte`() throws {
    var text: [UInt8] = []
    for value in 0...UInt32(0x10FFFF) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      text.append(contentsOf: UTF8.encode(scalar)!)
    }
    let printed = try Tool.run("jq", ["-j", "."], input: quoted(text)).output
    #expect(printed == text)
  }
}
