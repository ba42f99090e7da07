import Foundation
import Spooling
import Testing

@testable import Verification
@testable import Webhooks

/// The tasks that each kind of parser makes of bodies.
@Suite struct ParserTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String { "\(parser): \(body.prefix(60))" }
    let parser: String
    var contentType = "application/json"
    let body: String
    let tasks: [String]
  }

  static let cases = [
    Case(
      parser: "{type: json, items: '.data.body.m[]'}",
      body: #"{"m":[1.10, 123456789012345678901234567890 ,{"a" : "\u00e9","a":2},[ [] ],"x"]}"#,
      tasks: [
        "1.10", "123456789012345678901234567890", #"{"a" : "\u00e9","a":2}"#, "[ [] ]", #""x""#,
      ]),
    Case(
      parser: "{type: json, items: '.data.body.m[]'}", contentType: "text/plain",
      body: "\u{feff}{\"m\":[1,2]}", tasks: ["1", "2"]),
    Case(
      parser: "{type: json, items: '.data.body[-1], .data.body[1:3][], .data.body[-2:][0]'}",
      body: "[10,11,12,13]", tasks: ["13", "11", "12", "12"]),
    Case(
      parser: "{type: json, items: '.data.body[1:][1:][0], .data.body[:-3][]'}",
      body: "[10,11,12,13]", tasks: ["12", "10"]),
    Case(
      parser: "{type: json, items: '.data.body[] | select(.n > 1) # big'}",
      body: #"[{"n":1},{"n":2}]"#, tasks: [#"{"n":2}"#]),
    Case(parser: "{type: json, items: .data.body}", body: " [1] ", tasks: ["[1]"]),
    // Values that not every parser reads pass through, as text.
    Case(
      parser: "{type: json, items: '.data.body[\"\u{fffd}\"][]'}",
      body: #"{"\uD800":["a\udc00", "\ud83d\ude00",1e400]}"#,
      tasks: [#""\"a\\udc00\"""#, #""\ud83d\ude00""#, #""1e400""#]),
    Case(parser: "{type: json}", body: #"["\uD800"]"#, tasks: [#""[\"\\uD800\"]""#]),
    Case(parser: "{type: ndjson}", body: "1e400\n1", tasks: [#""1e400""#, "1"]),
    Case(parser: "{type: json, items: '.data.body.m[]?'}", body: "{}", tasks: []),
    Case(
      parser: "{type: json, items: .data.body.a.b}", body: #"{"a":{"b":1},"a":{"b":2,"b":3}}"#,
      tasks: ["3"]),
    Case(
      parser: "{type: json}", contentType: "text/plain", body: "\u{feff}[1, 2]", tasks: ["[1, 2]"]),
    Case(
      parser: "{type: ndjson}", contentType: "application/x-ndjson",
      body: "\u{feff}{\"a\": 1.0}\r\n\n \t\n[2]\n 3 ", tasks: ["{\"a\": 1.0}", "[2]", "3"]),
    Case(parser: "{type: ndjson}", body: "", tasks: []),
    Case(
      parser: "{type: csv}", contentType: "text/csv",
      body: "\u{feff}sku,text\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n\r\n2,5\" pipe\n3,",
      tasks: [
        #"{"sku":"1","text":"a, \"b\"\r\nc"}"#, #"{"sku":"2","text":"5\" pipe"}"#,
        #"{"sku":"3","text":""}"#,
      ]),
    Case(
      parser: #"{type: csv, delimiter: ";", quote: "'", escape: "\\", header: false}"#,
      body: #"1;'it\'s; \\ \n'"# + "\n2", tasks: [#"["1","it's; \\ \\n"]"#, #"["2"]"#]),
    Case(
      parser: "{type: csv, delimiter: tab, quote: none, header: false}", body: "a\t\"b\nc",
      tasks: [#"["a","\"b"]"#, #"["c"]"#]),
    Case(parser: "{type: csv}", body: "a,b\r\n", tasks: []),
    Case(parser: "{type: csv}", body: "", tasks: []),
    Case(
      parser: "{type: form}", contentType: "application/x-www-form-urlencoded",
      body: "a=1&b=x+y%26%c3%a9&a=%&c&=e&d%5b%5d=2",
      tasks: [#"{"a":["1","%"],"b":"x y&é","c":"","":"e","d[]":"2"}"#]),
    Case(
      parser: "{type: form}", contentType: "application/x-www-form-urlencoded", body: "",
      tasks: ["{}"]),
    Case(
      parser: "{type: form}", contentType: "multipart/form-data; boundary=\"X y\"",
      body: "preamble\r\n--X y\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n\r\n1\r\n2\r\n"
        + "--X y \r\ncontent-type: text/x; a=b\r\nCONTENT-DISPOSITION: form-data; filename=\"C:\\t.txt\"; "
        + "name=f\r\n\r\n\0\r\n--X\r\n--X y\r\nContent-Disposition: form-data; name=e\r\n\r\n\r\n--X y--\r\nend",
      tasks: [
        #"{"a\"b":"1\r\n2","f":{"name":"C:\\t.txt","type":"text/x; a=b","bytes":6,"sha256":"#
          + "\"\(EncodedBody.sha256(of: Array("\0\r\n--X".utf8)))\",\"base64\":\"AA0KLS1Y\"},\"e\":\"\"}"
      ]),
    Case(
      parser: "{type: xml, items: //o:Order, namespaces: {o: 'urn:orders'}}",
      contentType: "text/xml",
      body:
        #"<?xml version="1.0"?><!DOCTYPE All SYSTEM "http://nowhere.invalid/x.dtd"><All xmlns="urn:orders" "#
        + #"xmlns:x="urn:x" xmlns:unused="urn:u"><Order id="1&amp;2"><x:a>é&lt;</x:a></Order> <Order xmlns:x="urn:z"/></All>"#,
      tasks: [
        quoted(
          #"<Order xmlns="urn:orders" xmlns:x="urn:x" xmlns:unused="urn:u" id="1&amp;2"><x:a>é&lt;</x:a></Order>"#
        ),
        quoted(#"<Order xmlns:x="urn:z" xmlns="urn:orders" xmlns:unused="urn:u"/>"#),
      ]),
    Case(
      parser: "{type: xml, items: /a/b}", contentType: "text/xml",
      body: "<a><b><![CDATA[<>]]></b></a>", tasks: [quoted("<b><![CDATA[<>]]></b>")]),
    Case(parser: "{type: xml, items: /a/none}", body: "<a/>", tasks: []),
    Case(parser: "{type: binary}", body: "[1]", tasks: ["[1]"]),
  ]

  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  @Test(arguments: cases)
  func `a body becomes tasks`(_ one: Case) throws {
    let parsed = try Parsed("parser: \(one.parser)\n", one.body, contentType: one.contentType)
    #expect(parsed.failure == nil)
    #expect(parsed.bodies == one.tasks)
  }

  struct Unreadable: Sendable, CustomTestStringConvertible {
    var testDescription: String { "\(parser): \(body.prefix(60))" }
    let parser: String
    var contentType = "application/json"
    let body: String
    let reason: String
  }

  static let unreadable = [
    Unreadable(
      parser: "{type: json, items: '.data.body.m[]'}", body: "{\"m\": [1,\n 02]}",
      reason: "the body isn't JSON, line 2, column 2"),
    Unreadable(
      parser: "{type: json}", body: "", reason: "the body isn't JSON, line 1, column 1"),
    Unreadable(
      parser: "{type: json, items: '.data.body.m[]'}", body: "{}",
      reason: "items: Cannot iterate over null (null)"),
    Unreadable(
      parser: "{type: json, items: .data.body.m}", body: "{}",
      reason: #"items: there is nothing at .data.body["m"]"#),
    Unreadable(
      parser: "{type: json, items: '.data.body[1:3]'}", body: "[1,2,3]",
      reason: #"items: ["data","body",{"start":1,"end":3}] is a slice: select its elements, as in "#
        + ".data.body[2:4][]"),
    Unreadable(
      parser: "{type: json, items: '.data.body[5]'}", body: "[1]",
      reason: #"items: there is nothing at ["data","body",5]"#),
    Unreadable(
      parser: "{type: json, items: .data.headers}", body: "[1]",
      reason: #"items: ["data","headers"] leads to something outside of .data.body"#),
    Unreadable(
      parser: "{type: json, items: '.data.body | map(. + 1)'}", body: "[1]",
      reason: "items: Invalid path expression with result [2]"),
    Unreadable(
      parser: "{type: json, items: '.data.body[]', max_items: 2}", body: "[1,2,3]",
      reason: "items: there are more than 2 items (max_items)"),
    Unreadable(
      parser: "{type: json, items: 'repeat(.data.body)'}", body: "[1]",
      reason: "items: there are more than 10000 items (max_items)"),
    Unreadable(
      parser: "{type: json, items: 'def f: f; f'}", body: "[1]",
      reason: "items: the jq program ran for 1.0 seconds of processor time without coming to an end"
    ),
    Unreadable(
      parser: "{type: ndjson}", body: "1\n\n{\"a\":}\n", reason: "line 3 isn't JSON"),
    Unreadable(
      parser: "{type: ndjson, max_items: 1}", body: "1\n2",
      reason: "there are more than 1 items (max_items)"),
    Unreadable(
      parser: "{type: csv}", body: "a,b\n1,2\n\n1,2,3\n",
      reason: "the record in line 4 has 3 fields, the header 2"),
    Unreadable(
      parser: "{type: csv}", body: "a,b\n1,\"2\n",
      reason: "a quoted field that begins in line 2 does not end"),
    Unreadable(
      parser: "{type: csv}", body: "a,b\n1,\"2\n\"x\n",
      reason: "line 3: a quoted field that begins in line 2 has text after its closing quote"),
    Unreadable(parser: "{type: csv}", body: "a,b,a\n", reason: "the header has \"a\" twice"),
    Unreadable(
      parser: "{type: csv, max_items: 1}", body: "a\n1\n2\n",
      reason: "there are more than 1 items (max_items)"),
    Unreadable(
      parser: "{type: form}", body: "a=1",
      reason: "the content type is neither application/x-www-form-urlencoded nor "
        + "multipart/form-data"),
    Unreadable(
      parser: "{type: form}", contentType: "application/x-www-form-urlencoded", body: "a=1&b=%ff",
      reason: "field 2 is not utf-8 (encoding)"),
    Unreadable(
      parser: "{type: form}", contentType: "multipart/form-data", body: "--x--",
      reason: "the content type names no boundary"),
    Unreadable(
      parser: "{type: form}", contentType: "multipart/form-data; boundary=x",
      body: "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n",
      reason: "the body does not end with its boundary, after 0 fields"),
    Unreadable(
      parser: "{type: form}", contentType: "multipart/form-data; boundary=x",
      body: "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--",
      reason: "field 1 has no name"),
    Unreadable(
      parser: "{type: xml, items: /a}", body: "<a>\n<b></a>",
      reason: "the body can't be read as XML: "
        + "Opening and ending tag mismatch: b line 2 and a, line 2"),
    Unreadable(
      parser: "{type: xml, items: /a}", body: "",
      reason: "the body can't be read as XML: Document is empty, line 1"),
    Unreadable(
      parser: "{type: xml, items: '/a/@b'}", body: "<a b='1'/>",
      reason: "items selects something that isn't an element, line 1"),
    Unreadable(
      parser: "{type: xml, items: '//b', max_items: 1}", body: "<a><b/><b/></a>",
      reason: "there are more than 1 items (max_items)"),
    Unreadable(
      parser: "{type: xml, items: /a}",
      body: "<!DOCTYPE a [\n<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
      reason: "the body can't be read as XML: it declares the entity x, line 2"),
    Unreadable(
      parser: "{type: xml, items: /a}",
      body: "<!DOCTYPE a SYSTEM \"http://nowhere.invalid/\"><a b='&x;'/>",
      reason: "the body can't be read as XML: it refers to the entity x, line 1"),
    Unreadable(
      parser: "{type: xml, items: /a}", body: "<!DOCTYPE a [ %y; ]><a/>",
      reason: "the body can't be read as XML: it refers to the parameter entity y, line 1"),
  ]

  @Test(arguments: unreadable)
  func `what can't be read goes whole into failed, with reason and position`(
    _ one: Unreadable
  ) throws {
    let parsed = try Parsed("parser: \(one.parser)\n", one.body, contentType: one.contentType)
    #expect(parsed.failure == one.reason)
    #expect(parsed.bodies == [])
    let whole = try #require(parsed.entries.first)
    #expect(parsed.entries.count == 1)
    #expect(whole.place == .failed(reason: one.reason))
    let text = String(decoding: whole.parts.joined(), as: UTF8.self)
    #expect(text.contains(#""type":"levelwind.delivery","#))
    #expect(text.contains(#""bodyBytes":\#(one.body.utf8.count),"#))
  }

  @Test func `encodings become UTF-8`() throws {
    let latin: [UInt8] = [0x61, 0x0a, 0xe9, 0x80]
    #expect(
      try Parsed("parser: {type: csv, encoding: windows-1252}\n", latin).bodies == [#"{"a":"é€"}"#])
    #expect(
      try Parsed("parser: {type: csv, encoding: iso-8859-1}\n", latin).bodies
        == ["{\"a\":\"é\u{80}\"}"])
    let wide = Array("\u{feff}a\né".utf16)
    let little = wide.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(try Parsed("parser: {type: csv, encoding: utf-16}\n", little).bodies == [#"{"a":"é"}"#])
    #expect(
      try Parsed("parser: {type: csv, encoding: utf-16le}\n", little).bodies == [#"{"a":"é"}"#])
    #expect(
      try Parsed("parser: {type: csv}\n", latin).failure == "line 2 is not UTF-8 (encoding)")
    #expect(
      try Parsed("parser: {type: csv, encoding: utf-16le}\n", [0x61]).failure
        == "the body is not utf-16le (encoding)")
    let xml =
      Array(#"<?xml version="1.0" encoding="iso-8859-1"?><a>"#.utf8) + [0xe9] + Array("</a>".utf8)
    #expect(
      try Parsed("parser: {type: xml, items: /a}\n", xml).bodies == ["\"<a>é</a>\""])
  }

  @Test func `items say their place, and the whole body's hash`() throws {
    let body = #"{"m":[1,2,3]}"#
    let tasks = try Parsed("parser: {type: json, items: '.data.body.m[]'}\n", body).members()
    #expect(tasks.map { $0["taskindex"] as? Int } == [0, 1, 2])
    #expect(tasks.map { $0["taskcount"] as? Int } == [3, 3, 3])
    #expect(Set(tasks.compactMap { $0["id"] as? String }).count == 3)
    let data = tasks.compactMap { $0["data"] as? [String: Any] }
    let hash = EncodedBody.sha256(of: Array(body.utf8))
    #expect(data.map { $0["deliverySha256"] as? String } == [hash, hash, hash])
    #expect(data.map { $0["bodyBytes"] as? Int } == [1, 1, 1])
    #expect(
      data.map { $0["contentType"] as? String } == Array(repeating: "application/json", count: 3))
    let whole = try Parsed("parser: {type: binary}\n", body).members()
    #expect((whole[0]["data"] as? [String: Any])?["deliverySha256"] == nil)
  }

  @Test func `one that fails disturbs no other, and ids stay different`() throws {
    let parsed = try Parsed(
      "parser: {type: xml, items: /a}\n", "[1,2]",
      others: [
        "b": "parser: {type: json, items: '.data.body[]'}\n", "c": "", "d": "filter: 'false'\n",
      ])
    #expect(parsed.failure?.hasPrefix("the body can't be read as XML") == true)
    #expect(parsed.bodies(of: "b") == ["1", "2"])
    #expect(parsed.bodies(of: "c") == ["[1,2]"])
    #expect(parsed.decision.routes.map(\.incoming) == ["items", "b", "c", "d"])
    #expect(parsed.decision.routes.last?.outcome == .unwanted)
    #expect(Set(parsed.entries.map(\.id)).count == 4)
  }

  @Test func `type and subject come from jq`() throws {
    let parsed = try Parsed(
      """
      parser: {type: json, items: ".data.body[]"}
      type: '"com.example." + .data.body.e'
      subject: .data.body.s, "unused"
      """, #"[{"e":"a","s":"é"},{"e":"b"}]"#)
    #expect(parsed.failure == nil)
    let tasks = try parsed.members()
    #expect(tasks.map { $0["type"] as? String } == ["com.example.a", "com.example.b"])
    #expect(tasks.map { $0["subject"] as? String } == ["é", "items"])
    #expect(tasks.map { $0["incoming"] as? String } == ["items", "items"])
    for (type, reason) in [
      (".data.body", "type: expected a text of 1 to 1000 bytes, found [1]"),
      ("'\"\"'", "type: expected a text of 1 to 1000 bytes, found \"\""),
      (
        "'\"levelwind.task\"'",
        "type: \"levelwind.task\": types that begin with levelwind. are reserved"
      ),
      (".data.body.x", "type: Cannot index array with string \"x\""),
    ] {
      #expect(try Parsed("type: \(type)\n", "[1]").failure == reason)
    }
    #expect(try Parsed("type: empty\n", "[1]").members()[0]["type"] as? String == "levelwind.task")
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var testDescription: String { parser }
    let parser: String
    let problem: String
  }

  static let mistakes = [
    Mistake(
      parser: "{type: yaml}",
      problem: ":1:16: parser.type: expected one of json, ndjson, csv, xml, form, binary, "
        + "found \"yaml\""),
    Mistake(
      parser: "{type: json, items: '.data.body['}",
      problem: ":1:29: parser.items: jq: syntax error, unexpected $end in its line 1: .data.body["),
    Mistake(
      parser: "{type: csv, delimiter: ab}",
      problem: ":1:32: parser.delimiter: expected one visible ASCII character, tab or none, "
        + "found \"ab\""),
    Mistake(
      parser: "{type: csv, delimiter: '\"'}",
      problem: ":1:32: parser.delimiter: the delimiter has to differ from the quote and the escape"),
    Mistake(
      parser: "{type: csv, delimiter: none}",
      problem: ":1:32: parser.delimiter: expected one visible ASCII character, or tab"),
    Mistake(
      parser: "{type: xml, items: '//['}",
      problem: ":1:28: parser.items: XPath: Invalid expression"),
    Mistake(
      parser: "{type: xml, items: '//x:a'}",
      problem: ":1:28: parser.items: XPath: Undefined namespace prefix"),
    Mistake(
      parser: "{type: xml, items: 'count(//a)'}",
      problem: ":1:28: parser.items: XPath: the expression gives a value instead of elements"),
    Mistake(
      parser: "{type: xml}",
      problem: ":1:9: parser.items: missing, expected a line of text"),
    Mistake(
      parser: "{type: form, max_items: 3}",
      problem: ":1:22: parser.max_items: unknown key, expected one of type, encoding"),
    Mistake(
      parser: "{type: ndjson, max_items: 0}",
      problem: ":1:35: parser.max_items: expected a whole number from 1 to 100000, found \"0\""),
  ]

  @Test(arguments: mistakes)
  func `a mistake in a parser is told`(_ one: Mistake) throws {
    let files = try ConfigurationFiles(["incoming/a.yaml": "parser: \(one.parser)\n"])
    #expect(files.problems() == ["incoming/a.yaml" + one.problem])
  }

  @Test(arguments: Parsers.kinds.map { $0.type })
  func `each kind has an example that works, and documentation`(type: String) throws {
    let kind = try #require(Parsers.kinds.first { $0.type == type })
    let lines = kind.example.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    let files = try ConfigurationFiles(["incoming/a.yaml": "parser:\n\(lines)\n"])
    #expect(files.problems() == [])
    #expect(kind.documentation.hasSuffix("."))
    let parsers = OptionTable.parts.first { $0.name == "parsers" }
    #expect(parsers?.text.contains("### Parser `\(type)`") == true)
  }
}
