import Testing

@testable import Importing

@Suite struct CompactJSONTests {
  @Test(arguments: [
    (json: "{ \"a\" : [ 1,\r\n\t2 ] }", line: "{\"a\":[1,2]}"),
    (json: #"{"a b":" \" c \\" , "d":" "}"#, line: #"{"a b":" \" c \\","d":" "}"#),
    (json: " 123456789012345678901234567890.10 \n", line: "123456789012345678901234567890.10"),
    (json: "\"\u{2028} ä\"", line: "\"\u{2028} ä\""),
  ])
  func `white space between the parts goes, and nothing else`(_ json: String, _ line: String) {
    #expect(CompactJSON.line(Array(json.utf8)) == Array("\(line)\n".utf8))
  }
}
