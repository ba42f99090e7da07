import Bytes
import Testing

@Suite struct WalkingTests {
  private static func text(_ range: Range<Int>?, _ json: String) -> String? {
    range.map { String(decoding: Array(json.utf8)[$0], as: UTF8.self) }
  }

  private static func members(_ names: [String], _ json: String) -> [(Int, String?)] {
    JSONText.members(names.map { Array($0.utf8) }, ofObjectAt: 0, in: Array(json.utf8))
      .map { ($0.count, text($0.value, json)) }
  }

  @Test func `members are found and counted, escaped or not`() {
    let json = #"{ "a" : 1 , "b":{"a":[2,{"a":3}]},"\u0061":4,"c\"":5,"":6,"x\\":7, "é":8 }"#
    let found = Self.members(["a", "b", "c\"", "", "x\\", "é", "none"], json)
    #expect(found.map(\.0) == [2, 1, 1, 1, 1, 1, 0])
    #expect(found.map(\.1) == ["1", #"{"a":[2,{"a":3}]}"#, "5", "6", "7", "8", nil])
  }

  @Test(arguments: [
    "{}", "{ }", "[]", "1", "\"a\"", "", "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\" 1",
  ])
  func `where there are none, none is found`(json: String) {
    #expect(Self.members(["b"], json).allSatisfy { $0.0 == 0 && $0.1 == nil })
  }

  @Test func `a name that only ends like one, or is longer, is another`() {
    #expect(Self.members(["a"], #"{"ba":1,"\"a":2,"aa":3,"\u0061\u0061":4}"#).map(\.0) == [0])
  }

  @Test(arguments: [
    (json: "[]", elements: []), (json: "[ ]", elements: []), (json: "{}", elements: []),
    (json: "1", elements: []), (json: "[1]", elements: ["1"]),
    (json: " [1]", elements: []),
    (json: "[ 1 , [2,3] ,\"],\" ]", elements: ["1", "[2,3]", "\"],\""]),
    (json: "[1", elements: ["1"]), (json: "[", elements: []), (json: "[1,", elements: ["1"]),
  ])
  func `elements come one after another`(json: String, elements: [String]) {
    let found = JSONText.Elements(ofArrayAt: 0, in: Array(json.utf8)).map { Self.text($0, json) }
    #expect(found == elements)
  }

  @Test(arguments: [
    (json: #""a\n\u00e9\ud83d\ude00""#, text: "a\n\u{E9}\u{1F600}"), (json: #""""#, text: ""),
    (json: #""\ud83d""#, text: nil), (json: #""\ude00\ud83d""#, text: nil), (json: "1", text: nil),
    (json: "\"", text: nil),
  ])
  func `a whole text has no half of a surrogate pair`(json: String, text: String?) {
    let bytes = Array(json.utf8)
    #expect(JSONText.wholeText(at: bytes.indices, in: bytes) == text.map { Array($0.utf8) })
  }
}
