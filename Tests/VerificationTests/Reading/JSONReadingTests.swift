import Foundation
import Testing

@testable import Verification

@Suite struct JSONReadingTests {
  static let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)

  @Test(arguments: [
    "{}", "[]", "null", "0", "-0.5e+10", "1E5", #""""#, #""\u00e9\n\"\\\/""#, " [ 1 , 2 ] \r\n\t",
    #"{"a":{"b":[true,false,null]}}"#, "\u{FEFF}{}", deep,
  ])
  func `what is JSON is read`(text: String) throws {
    _ = try CheckedJSON(Array(text.utf8))
  }

  @Test(arguments: [
    "", " ", "{", "}", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\"}", "{\"a\" 1}",
    "01", "1.",
    ".5", "+1", "1e", "-", "NaN", "tru", "nulll", "\"", "\"\n\"", #""\x""#, #""\u12g4""#, "\"\\",
    "[1] 2",
    "[1}", "// a\n{}", "[\(deep)]", "\u{FEFF}\u{FEFF}{}", "{}\0",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(throws: Rejection.self) { try CheckedJSON(Array(text.utf8)) }
  }

  @Test func `what is not UTF-8 is refused`() {
    for bytes: [UInt8] in [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0xFF, 0xFE, 0x22, 0, 0x22, 0],
    ] {
      #expect(throws: Rejection.self) { try CheckedJSON(bytes) }
    }
  }

  static let texts: [(json: String, text: String?)] = [
    (json: #""\u0061\ud83d\ude00\t""#, text: "a\u{1F600}\t"),
    (json: #""\ud83d""#, text: nil),
    (json: #""\ude00\ud83d""#, text: nil), (json: #""a\/b""#, text: "a/b"),
    (json: #""\b\f\n\r""#, text: "\u{8}\u{C}\n\r"),
    (json: "1130", text: "1130"), (json: "1.10", text: "1.10"), (json: "true", text: "true"),
    (json: "null", text: nil), (json: "[]", text: nil), (json: "{}", text: nil),
    (json: #""""#, text: ""),
  ]

  @Test(arguments: texts)
  func `a text is what the sender wrote`(json: String, text: String?) throws {
    let root = try CheckedJSON(Array(json.utf8)).root
    #expect(root.text == text.map { Array($0.utf8) })
  }

  @Test func `a member that is there twice is refused, even if escaped`() throws {
    let root = try CheckedJSON(Array(#"{"a":1,"\u0061":2,"b":{"a":1}}"#.utf8)).root
    #expect(throws: Rejection.self) { try root.member("a") }
    #expect(try root.member("b")?.member("a")?.text == Array("1".utf8))
    #expect(try root.member("c") == nil)
    #expect(try root.member("b")?.member("a")?.member("x") == nil)
  }

  static let paths: [(path: String, found: [String?])] = [
    (path: "a.b", found: ["1"]), (path: ".a.b", found: ["1"]),
    (path: "c[].d", found: ["2", nil]),
    (path: "c[0].d", found: ["2"]), (path: "c[2].d", found: [nil]),
    (path: "e[][]", found: ["3", "4"]),
    (path: "x.y", found: [nil]), (path: "a[]", found: [nil]), (path: "f[]", found: []),
  ]

  @Test(arguments: paths)
  func `a path leads to values`(path: String, found: [String?]) throws {
    let json = #"{"a":{"b":1},"c":[{"d":"2"},{}],"e":[[3],[4]],"f":[]}"#
    let values = try JSONPath(path).values(in: try CheckedJSON(Array(json.utf8)).root)
    #expect(values.map { $0?.text.map { String(decoding: $0, as: UTF8.self) } } == found)
  }

  @Test(arguments: ["", ".", "a.", "a..b", "a[", "a[x]", "a[-1]", "a[01]", "a]b[", "a[]b"])
  func `a text that isn't a path is an error`(text: String) {
    #expect(throws: Misconfiguration.self) { try JSONPath(text) }
  }

  @Test(arguments: ["a", "a.b", "value[].clientState", "[0].data", "[]", "a[][1].b"])
  func `a path says itself`(text: String) throws {
    #expect(try JSONPath(text).text == text)
  }

  @Test func `quoted text is JSON again`() throws {
    let bytes = Array("a\"b\\c\n\u{0}\u{7F}é\u{1F600}</script>".utf8)
    let quoted = try #require(JSONQuoting.quote(bytes))
    #expect(try CheckedJSON(quoted).root.string == bytes)
    #expect(JSONQuoting.quote([0xFF]) == nil)
  }
}
