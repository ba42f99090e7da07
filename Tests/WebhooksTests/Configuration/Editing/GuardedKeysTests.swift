import Foundation
import Testing

@testable import Webhooks

/// What only commands may add or change, however a text writes it.
@Suite struct GuardedKeysTests {
  private static let old = """
    incoming: stock
    pre_processors:
      - {type: header, name: X-A, secrets: [{secret: a}, {literal: "ours"}]}
    post_processors:
      - {type: exec, command: [/bin/a, b], timeout: 30s}
      - type: http
        url: https://10.0.0.7/hook
        allow_private: [10.0.0.7]

    """

  private struct Change: CustomTestStringConvertible {
    var what: String
    var text: String
    var added: [String] = []

    var testDescription: String { what }
  }

  private static let changes: [Change] = [
    Change(what: "nothing", text: old),
    Change(what: "another key", text: "name: A\n" + old),
    Change(
      what: "another layout",
      text: old.replacing(
        "{type: exec, command: [/bin/a, b], timeout: 30s}",
        with: "timeout: 30s\n    type: exec\n    command:\n      - /bin/a\n      - b")),
    Change(
      what: "another place in the list",
      text: old.replacing(
        "post_processors:\n", with: "post_processors:\n  - {type: http, url: https://a.example}\n")),
    Change(what: "taken out", text: old.replacing(", {literal: \"ours\"}", with: "")),
    Change(
      what: "a program", text: old.replacing("/bin/a", with: "/bin/sh"),
      added: ["post_processors[0]"]),
    Change(
      what: "its timeout", text: old.replacing("30s", with: "31s"), added: ["post_processors[0]"]),
    Change(
      what: "a type that is quoted",
      text: old + "  - {\"type\": \"exec\", command: [/bin/sh]}\n", added: ["post_processors[2]"]),
    Change(
      what: "an escape in the type",
      text: old + "  - {type: \"\\x65xec\", command: [/bin/sh]}\n", added: ["post_processors[2]"]),
    Change(
      what: "the same program twice",
      text: old + "  - {type: exec, command: [/bin/a, b], timeout: 30s}\n",
      added: ["post_processors[2]"]),
    Change(
      what: "a literal", text: old.replacing("\"ours\"", with: "\"mine\""),
      added: ["pre_processors[0].secrets[1].literal"]),
    Change(
      what: "a file", text: old.replacing("{secret: a}", with: "{file: /etc/shadow}"),
      added: ["pre_processors[0].secrets[0].file"]),
    Change(
      what: "a credential", text: old.replacing("{secret: a}", with: "{credential: a}"),
      added: ["pre_processors[0].secrets[0].credential"]),
    Change(
      what: "a file within any_of",
      text: old.replacing(
        "pre_processors:\n",
        with: "pre_processors:\n  - {type: any_of, of: [{type: jwt, public_keys: [{file: /a}]}]}\n"),
      added: ["pre_processors[0].of[0].public_keys[0].file"]),
    Change(
      what: "private addresses", text: old.replacing("[10.0.0.7]", with: "[10.0.0.0/8]"),
      added: ["post_processors[1].allow_private"]),
    Change(
      what: "the server at a private address",
      text: old.replacing("https://10.0.0.7/hook", with: "https://10.0.0.7/admin"),
      added: ["post_processors[1].allow_private"]),
    Change(
      what: "authorities", text: old + "    ca_file: /tmp/a.pem\n",
      added: ["post_processors[1].ca_file"]),
  ]

  @Test(arguments: changes)
  private func `what is added is found, whatever its form`(change: Change) throws {
    _ = try YAMLDocument.parse(Array(change.text.utf8))
    let (old, new) = (
      GuardedKeys(in: Array(Self.old.utf8)), GuardedKeys(in: Array(change.text.utf8))
    )
    #expect(new.added(to: old) == change.added)
    // In a new file, all of it is added.
    #expect(new.added(to: GuardedKeys(in: [])) == new.places)
  }

  @Test func `the group of a spool is guarded`() {
    let old = GuardedKeys(in: Array("name: A\ngroup: erp\n".utf8))
    #expect(GuardedKeys(in: Array("group: \"erp\"\n".utf8)).added(to: old) == ["group"])
    #expect(GuardedKeys(in: Array("group: erp\n".utf8)).added(to: old) == [])
    #expect(GuardedKeys(in: Array("group: root\n".utf8)).added(to: old) == ["group"])
  }

  @Test(arguments: [
    "post_processors: [&a {type: exec, command: [/bin/sh]}, *a]\n",
    "x: &a {type: exec}\npost_processors: [{<<: *a, command: [/bin/sh]}]\n",
    "post_processors: []\npost_processors: [{type: exec, command: [/bin/sh]}]\n",
    "post_processors: [!exec {command: [/bin/sh]}]\n",
    "post_processors: [{type: !!binary ZXhlYw==, command: [/bin/sh]}]\n",
    "a: 1\n---\npost_processors: [{type: exec, command: [/bin/sh]}]\n",
  ])
  func `what would hide a value isn't YAML here`(text: String) {
    #expect(throws: SyntaxError.self) { try YAMLDocument.parse(Array(text.utf8)) }
  }

  @Test func `two texts that only look equal name two programs`() {
    func guarded(_ name: String) -> GuardedKeys {
      GuardedKeys(in: Array("a: [{type: exec, command: [/opt/\(name)]}]\n".utf8))
    }
    #expect(guarded("e\u{301}").added(to: guarded("\u{e9}")) == ["a[0]"])
  }
}
