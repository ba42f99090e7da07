import Foundation
import Testing

@testable import Webhooks

/// Single values are changed in files as administrators write them, and no other byte is.
@Suite struct ConfigurationTextTests {
  private static let file = """
    # ours
    name: ERP   # the big one
    incoming: stock

    pre_processors:
      - type: header
        name: X-Secret
        secrets: [{secret: a}]   # rotate me

    """

  static let cases: [EditCase] = [
    EditCase(
      what: "a key that is missing goes behind the name", change: .disable, before: file,
      after: file.replacing("big one\n", with: "big one\ndisabled: true\n")),
    EditCase(
      what: "a key that is there is changed in its place", change: .disable,
      before: "# x\nname: a\ndisabled:   false # for now\nincoming: b\n",
      after: "# x\nname: a\ndisabled:   true # for now\nincoming: b\n"),
    EditCase(
      what: "a key without a value gets one", change: .name("New"),
      before: "name:\nincoming: b\n", after: "name: New\nincoming: b\n"),
    EditCase(
      what: "a comment stays with the key below it", change: .disable,
      before: "name: a\n# who gets it\nincoming: b\npre_processors: []\n",
      after: "name: a\n# who gets it\nincoming: b\npre_processors: []\ndisabled: true\n"),
    EditCase(
      what: "lines that end in CR LF go on to do so", change: .disable,
      before: "name: a\r\nincoming: b\r\n", after: "name: a\r\ndisabled: true\r\nincoming: b\r\n"),
    EditCase(
      what: "a file without a newline at its end", change: .disable,
      before: "incoming: b\n# c\npre_processors: []",
      after: "incoming: b\n# c\npre_processors: []\ndisabled: true"),
    EditCase(
      what: "a byte-order mark stays", change: .disable, before: "\u{feff}disabled: false\n",
      after: "\u{feff}disabled: true\n"),
    EditCase(
      what: "text that looks like the key, in a block", change: .disable,
      before: "description: |\n  disabled: false\n  # no\nname: a\n",
      after: "description: |\n  disabled: false\n  # no\nname: a\ndisabled: true\n"),
    EditCase(
      what: "the whole in flow form", change: .disable,
      before: "{name: a, incoming: b, # c\n pre_processors: []}\n",
      after: "{name: a, incoming: b, # c\n pre_processors: [], disabled: true}\n"),
    EditCase(
      what: "a value in single quotes", change: .name("It's: new"),
      before: "name: 'it''s'   # old\n", after: "name: \"It's: new\"   # old\n"),
    EditCase(
      what: "a value in double quotes with a quote in it", change: .name("b"),
      before: "name: \"a \\\" # \" # c\n", after: "name: b # c\n"),
    EditCase(
      what: "letters beyond ASCII before it", change: .disable,
      before: "{name: \"Bücher 📚\", disabled: false}\n",
      after: "{name: \"Bücher 📚\", disabled: true}\n"),
    EditCase(
      what: "a value over several lines is not touched", change: .name("b"),
      before: "name: >\n  a\n  b\nincoming: c\n", after: nil),
    EditCase(
      what: "an anchor is not touched", change: .disable, before: "name: &a b\n", after: nil),
    EditCase(what: "no YAML at all", change: .disable, before: "name: [\n", after: nil),

    EditCase(
      what: "logging behind the incoming configurations", change: .log,
      before: "name: a\nincoming: b\nadditional_incoming: [c]\npre_processors: []\n",
      after: "name: a\nincoming: b\nadditional_incoming: [c]\nlogging: true\npre_processors: []\n"),
    EditCase(
      what: "logging where the next key has a comment", change: .log,
      before: "name: a\nincoming: b\n# why\npre_processors: []\n",
      after: "name: a\nlogging: true\nincoming: b\n# why\npre_processors: []\n"),

    EditCase(
      what: "a list in flow form", change: .add("b"), before: file,
      after: file.replacing("{secret: a}]", with: "{secret: a}, {secret: b}]")),
    EditCase(
      what: "a list in flow form over lines, with a comma at its end", change: .add("b"),
      before: "pre_processors:\n- secrets: [\n    {secret: a}, # ] one\n  ]\n",
      after: "pre_processors:\n- secrets: [\n    {secret: a}, {secret: b} # ] one\n  ]\n"),
    EditCase(
      what: "a bracket in quotes", change: .add("b"),
      before: "pre_processors: [{secrets: [{literal: \"x]}\"}]}]\n",
      after: "pre_processors: [{secrets: [{literal: \"x]}\"}, {secret: b}]}]\n"),
    EditCase(
      what: "a list in block form", change: .add("b"),
      before:
        "pre_processors:\n  - secrets:\n      - {secret: a}\n      # next\n    type: header\n",
      after:
        "pre_processors:\n  - secrets:\n      - {secret: a}\n      - {secret: b}\n      # next\n    type: header\n"
    ),
    EditCase(
      what: "a list that is not indented", change: .add("b"),
      before:
        "pre_processors:\n- type: header\n  secrets:\n  - secret: a\n    name: x\nlogging: true\n",
      after:
        "pre_processors:\n- type: header\n  secrets:\n  - secret: a\n    name: x\n  - {secret: b}\nlogging: true\n"
    ),
    EditCase(
      what: "a list whose last element ends in a block of text", change: .add("b"),
      before: "pre_processors:\n  - secrets:\n      - literal: |\n          x\n\n          # y\n",
      after:
        "pre_processors:\n  - secrets:\n      - literal: |\n          x\n\n          # y\n      - {secret: b}\n"
    ),
    EditCase(
      what: "a list at the end of a file without a newline", change: .add("b"),
      before: "pre_processors:\n  - secrets:\n      - {secret: a}",
      after: "pre_processors:\n  - secrets:\n      - {secret: a}\n      - {secret: b}"),
    EditCase(
      what: "a list that isn't there", change: .add("b"), before: "pre_processors: []\n", after: nil
    ),

    EditCase(
      what: "an end for a secret in flow form", change: .retire(0), before: file,
      after: file.replacing("{secret: a}", with: "{secret: a, not_after: 2026-09-21T14:13:20Z}")),
    EditCase(
      what: "an end for a secret in block form", change: .retire(0),
      before: "pre_processors:\n  - secrets:\n      - secret: a # old\n      - {secret: b}\n",
      after:
        "pre_processors:\n  - secrets:\n      - secret: a # old\n        not_after: 2026-09-21T14:13:20Z\n      - {secret: b}\n"
    ),
    EditCase(
      what: "another end", change: .retire(1),
      before:
        "pre_processors: [{secrets: [{secret: a}, {secret: b, not_after: 2030-01-01T00:00:00Z}]}]",
      after:
        "pre_processors: [{secrets: [{secret: a}, {secret: b, not_after: 2026-09-21T14:13:20Z}]}]"),

    EditCase(
      what: "the first of a flow list goes", change: .remove(0),
      before: "pre_processors: [{secrets: [{secret: a}, {secret: b}]}]",
      after: "pre_processors: [{secrets: [{secret: b}]}]"),
    EditCase(
      what: "the last of a flow list goes", change: .remove(1),
      before: "pre_processors: [{secrets: [{secret: a}, {secret: b}]}] # c",
      after: "pre_processors: [{secrets: [{secret: a}]}] # c"),
    EditCase(
      what: "one of a block list goes, with all of its lines", change: .remove(1),
      before:
        "pre_processors:\n  - secrets:\n      - {secret: a}\n      - secret: b\n        name: x\n      # last\n      - {secret: c}\n",
      after:
        "pre_processors:\n  - secrets:\n      - {secret: a}\n      # last\n      - {secret: c}\n"),
    EditCase(
      what: "the last of a block list goes", change: .remove(1),
      before:
        "pre_processors:\n  - secrets:\n      - {secret: a}\n      - {secret: b}\n    type: header\n",
      after: "pre_processors:\n  - secrets:\n      - {secret: a}\n    type: header\n"),
    EditCase(
      what: "a value that looks like a comment, or like another type, is text",
      change: .set("name", to: "a # b"), before: "name: x # c\n", after: "name: \"a # b\" # c\n"),
    EditCase(
      what: "a scalar in the place of a list in block form", change: .set("logging", to: "true"),
      before: "logging:\n  headers: [a]\n  # why\nname: b\n",
      after: "logging: true\n  # why\nname: b\n"),
    EditCase(
      what: "a list in the place of one in block form", change: .set("methods", to: "[GET, PUT]"),
      before: "methods: # two\n  - GET\n  - POST\nname: b\n",
      after: "methods: [GET, PUT] # two\nname: b\n"),
    EditCase(
      what: "a list that is not indented", change: .set("methods", to: "[GET]"),
      before: "methods:\n- GET\n- POST\nname: b\n", after: "methods: [GET]\nname: b\n"),
    EditCase(
      what: "a list in the place of one in flow form", change: .set("methods", to: "[GET, PUT]"),
      before: "{methods: [POST], name: b}\n", after: "{methods: [GET, PUT], name: b}\n"),
    EditCase(
      what: "mappings on the way are made", change: .set("logging.body.bytes", to: "1KiB"),
      before: "name: a\n", after: "name: a\nlogging: {body: {bytes: 1KiB}}\n"),
    EditCase(
      what: "what flow form can't hold plainly is quoted", change: .set("name", to: "a, b]"),
      before: "{name: x}\n", after: "{name: \"a, b]\"}\n"),
    EditCase(
      what: "a key within a list", change: .set("pre_processors[0].name", to: "X-New"),
      before: file, after: file.replacing("name: X-Secret", with: "name: X-New")),
    EditCase(
      what: "no mapping to set it in", change: .set("name.x", to: "1"), before: "name: a\n",
      after: nil
    ),
    EditCase(
      what: "a key goes with its line", change: .unset("incoming"), before: file,
      after: file.replacing("incoming: stock\n", with: "")),
    EditCase(
      what: "a key goes with all of its lines", change: .unset("logging"),
      before: "name: a\nlogging:\n  headers: [a]\n# b\nincoming: b\n",
      after: "name: a\n# b\nincoming: b\n"),
    EditCase(
      what: "the first key of a flow form goes", change: .unset("a"),
      before: "{a: [1, 2], b: 3} # c\n",
      after: "{b: 3} # c\n"),
    EditCase(
      what: "the last key of a flow form goes", change: .unset("b"),
      before: "{a: [1, 2], b: [3, 4]}\n",
      after: "{a: [1, 2]}\n"),
    EditCase(
      what: "a key that isn't there does not go", change: .unset("b"), before: "a: 1\n", after: nil),
    EditCase(
      what: "there is no such element", change: .remove(7), before: file, after: nil),
  ]

  @Test(arguments: ["false", "{body: 1KiB}"])
  func `logging that a file asks for, or doesn't want, stays as it is`(value: String) {
    let file = "incoming: b\nlogging: \(value)\n"
    #expect(EditCase(what: "", change: .log, before: file, after: file).changed() == file)
  }

  @Test(arguments: cases)
  func `only what was meant is changed`(_ one: EditCase) throws {
    let changed = one.changed()
    #expect(changed == one.after)
    guard let changed, let before = try? YAMLDocument.parse(Array(one.before.utf8)) else { return }
    let after = try YAMLDocument.parse(Array(changed.utf8))
    #expect(!after.says(before))
  }

  @Test func `changes come one after another`() throws {
    var text = ConfigurationText(Array(Self.file.utf8))
    try text.addSecret(file: "b", to: "pre_processors[0].secrets")
    try text.retireSecret(0, of: "pre_processors[0].secrets", at: EditCase.moment)
    try text.removeSecret(0, of: "pre_processors[0].secrets")
    try text.setDisabled(true)
    try text.setDisabled(false)
    let expected = Self.file.replacing("{secret: a}", with: "{secret: b}")
      .replacing("big one\n", with: "big one\ndisabled: false\n")
    #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
  }

  @Test(arguments: [
    "true", "12", "a: b", "x # y", "- a", "", "é", "a\nb", "a\u{7f}", "NULL", "it's", "*x",
  ])
  func `a scalar is read as the text that was written`(_ text: String) throws {
    let scalar = YAMLScalar(text)
    let root = try YAMLDocument.parse(Array("[{k: \(scalar.written)}]".utf8))
    #expect(
      root.at([.index(0), .key("k")])?.says(YAMLNode(line: 1, column: 1, content: scalar.content))
        == true)
  }
}
