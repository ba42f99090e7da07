import Testing

@testable import Webhooks

@Suite struct YAMLDocumentTests {
  struct Refused: Sendable, CustomTestStringConvertible {
    let what: String
    let bytes: [UInt8]
    let line: String
    var testDescription: String { what }

    init(_ what: String, _ text: String, _ line: String) {
      self.init(what, bytes: Array(text.utf8), line)
    }

    init(_ what: String, bytes: [UInt8], _ line: String) {
      (self.what, self.bytes, self.line) = (what, bytes, line)
    }
  }

  static let refused = [
    Refused(
      "no YAML", "name: [a\nincoming: b\n",
      "f:2:9: not YAML: did not find expected ',' or ']' "
        + "(while parsing a flow sequence in line 1)"),
    Refused(
      "a tab as indentation", "response:\n\tstatus: 200\n",
      "f:2:1: not YAML: found character that cannot start any token "
        + "(while scanning for the next token in line 2); indent with spaces, not tabs"),
    Refused(
      "a repeated key", "name: a\nincoming: b\n# name: no\nname: c\n",
      "f:4:1: name: given twice, the first time in line 1"),
    Refused(
      "a repeated key in CR LF lines", "name: a\r\nincoming: b\r\nname: c\r\n",
      "f:3:1: name: given twice, the first time in line 1"),
    Refused(
      "a key repeated within a list", "l:\n  - name: a\n    x:\n      name: b\n    \"name\": c\n",
      "f:5:5: name: given twice, the first time in line 2"),
    Refused(
      "a key repeated on one line", "é: {name: a, b: name, name : c}\n",
      "f:1:23: name: given twice, the first time in line 1"),
    Refused(
      "a key repeated in another spelling", "{name: a, \"na\\x6de\": c}\n",
      "f:1:11: name: given twice, the first time in line 1"),
    Refused(
      "an anchor", "a: &x [1]\nb: *x\n",
      "f:1:4: anchors and aliases (&name, *name) are not supported; write the value out"),
    Refused(
      "an anchor that nothing refers to", "a: &x 1\n",
      "f:1:4: anchors and aliases (&name, *name) are not supported; write the value out"),
    Refused(
      "an alias of nothing", "hosts:\n  - *.example.org\n",
      "f:2:6: aliases (*name) are not supported; put text that begins with * in quotes"),
    Refused("a tag", "a: !!int 1\n", "f:1:4: tags (!name) are not supported"),
    Refused("a tag of our own", "a: !secret 1\n", "f:1:4: tags (!name) are not supported"),
    Refused("a tag of a mapping", "a: !x {b: c}\n", "f:1:4: tags (!name) are not supported"),
    Refused(
      "two documents", "a: 1\n---\nb: 1\n", "f:2:1: expected one document, found another (---)"),
    Refused(
      "a key that is a list", "[a]: b\n", "f:1:1: expected a key, found a list or a mapping"),
    Refused("bytes that aren't UTF-8", bytes: Array("a: b\nc: ".utf8) + [0xff], "f:2: not UTF-8"),
    Refused("UTF-16", bytes: [0xff, 0xfe, 0x61, 0], "f:1: not UTF-8"),
    Refused(
      "a control character", "a: b\nc: \u{1}\n",
      "f:2: not YAML: control characters are not allowed"),
    Refused(
      "deep nesting", String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
      "f:1:34: nested deeper than 32 levels"),
    Refused(
      "deeper nesting", String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
      "f:1:34: nested deeper than 32 levels"),
    Refused(
      "nesting that recursion could not bear", String(repeating: "[", count: 500_000),
      "f:1:34: nested deeper than 32 levels"),
  ]

  @Test(arguments: refused)
  func `what is more than mappings, lists and scalars is refused alone`(_ refused: Refused) {
    let error = #expect(throws: SyntaxError.self) { try YAMLDocument.parse(refused.bytes) }
    #expect(error?.problem(in: "f").description == refused.line)
  }

  @Test func `aliases that grow without bound are refused at once`() {
    var text = "a0: &a0 [x]\n"
    for level in 1...60 {
      text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
    }
    text += "*a60 : x\n"
    let clock = ContinuousClock()
    let start = clock.now
    #expect(throws: SyntaxError.self) { try YAMLDocument.parse(Array(text.utf8)) }
    #expect(clock.now - start < .seconds(20))
  }

  @Test(arguments: [
    "filter: .a * .b & .c\n", "text: |\n  &x *x\n", "text: 'a &b *c'\n", "# &a *a\n",
  ])
  func `an ampersand and a star within text are text`(_ text: String) throws {
    _ = try YAMLDocument.parse(Array(text.utf8))
  }

  @Test(arguments: ["", "\n", "# nothing\n", "---\n", "\u{feff}"])
  func `an empty document is an empty mapping`(_ text: String) throws {
    guard case .mapping(let pairs) = try YAMLDocument.parse(Array(text.utf8)).content else {
      Issue.record("no mapping")
      return
    }
    #expect(pairs.isEmpty)
  }

  @Test func `a byte-order mark is skipped`() throws {
    let root = try YAMLDocument.parse(Array("\u{feff}name: a\n".utf8))
    guard case .mapping(let pairs) = root.content else {
      Issue.record("no mapping")
      return
    }
    #expect(pairs.map(\.key) == ["name"])
    #expect(pairs.map(\.column) == [1])
  }
}
