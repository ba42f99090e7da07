import AdministrationMessages
import Testing

@testable import Administration
@testable import Harness

/// What becomes of the fields of a form that is made from the options.
extension ConfiguringTests {
  private func fields(
    _ place: Place, _ identifier: String, _ part: PartAsked, _ kind: ConfiguredFile.Kind = .webhook
  ) throws -> FieldsShown {
    let answer = place.ask("alice", .fields(ConfiguredFile(kind, identifier), part))
    guard case .fields(let shown) = answer else { throw NotYet(description: "\(answer)") }
    return shown
  }

  private func save(
    _ place: Place, _ identifier: String, _ part: PartAsked, _ typed: [String: String],
    _ kind: ConfiguredFile.Kind = .webhook, makesSecret: Bool = false
  ) throws -> AdministrationAnswer.Content {
    try place.change(identifier, kind) { file in
      .saveFields(
        file, part, typed.map { FieldAsked($0.key, $0.value) }, makesSecret: makesSecret)
    }
  }

  @Test func `a form that is sent as it came changes nothing`() throws {
    try open { place in
      for (identifier, part) in [
        ("erp", PartAsked("")), ("erp", PartAsked("pre_processors[0]")), ("guarded", PartAsked("")),
        ("guarded", PartAsked("pre_processors[0]")),
      ] {
        let before = place.text("webhooks/\(identifier).yaml")
        let shown = try fields(place, identifier, part)
        #expect(!shown.fields.isEmpty)
        let typed = Dictionary(uniqueKeysWithValues: shown.fields.map { ($0.key, $0.value) })
        guard case .configured = try save(place, identifier, part, typed) else {
          throw NotYet(description: "\(identifier) was refused")
        }
        #expect(place.text("webhooks/\(identifier).yaml") == before)
      }
    }
  }

  @Test func `a change by fields keeps the rest, and an emptied mapping goes as a whole`() throws {
    try open { place in
      guard
        case .configured = try save(
          place, "audit", PartAsked(""),
          ["limits.tasks": "100", "limits.when_full": "skip", "description": "a: b # c\n\"d\""],
          .incoming)
      else { throw NotYet(description: "not saved") }
      let text = place.text("incoming/audit.yaml")
      #expect(text.contains("name: Audit\n"))
      #expect(text.contains("limits: {tasks: 100, when_full: skip}"))
      let shown = try fields(place, "audit", PartAsked(""), .incoming)
      #expect(shown.fields.first { $0.key == "description" }?.value == "a: b # c\n\"d\"")
      guard
        case .configured = try save(
          place, "audit", PartAsked(""),
          ["limits.tasks": "", "limits.when_full": "", "description": ""], .incoming)
      else { throw NotYet(description: "not saved") }
      #expect(place.text("incoming/audit.yaml") == "name: Audit\n")
    }
  }

  @Test func `a problem stands at its field, with what was typed, and nothing is changed`() throws {
    try open { place in
      let before = place.all
      let answer = try save(
        place, "erp", PartAsked("pre_processors[0]"), ["name": "X Y", "prefix": "Bearer "])
      guard case .unusableFields(let shown) = answer else { throw NotYet(description: "\(answer)") }
      let wrong = shown.fields.filter { !$0.problems.isEmpty }
      #expect(wrong.map(\.key) == ["name"] && wrong.map(\.value) == ["X Y"])
      #expect(shown.problems.isEmpty)
      #expect(shown.fields.first { $0.key == "prefix" }?.value == "Bearer ")
      #expect(place.all == before && !place.isReloading)
      let syntax = try save(place, "erp", PartAsked("pre_processors[0]"), ["secrets": "[{"])
      guard case .unusableFields(let again) = syntax else { throw NotYet(description: "\(syntax)") }
      #expect(again.fields.filter { !$0.problems.isEmpty }.map(\.key) == ["secrets"])
    }
  }

  @Test func `no field adds what is guarded, and no secret is shown in one`() throws {
    try open { place in
      let before = place.all
      let literal = try save(
        place, "erp", PartAsked("pre_processors[0]"), ["secrets": "[{literal: mine}]"])
      guard case .unusableFields(let shown) = literal else {
        throw NotYet(description: "\(literal)")
      }
      #expect(shown.fields.filter { !$0.problems.isEmpty }.map(\.key) == ["secrets"])
      let hidden = try fields(place, "guarded", PartAsked("pre_processors[0]"))
      #expect(hidden.fields.first { $0.key == "secrets" }?.value.contains("(not shown)") == true)
      let program = try fields(place, "guarded", PartAsked("post_processors[0]"))
      #expect(program.isGuarded && program.fields.allSatisfy(\.isGuarded))
      for (part, typed) in [
        (PartAsked("post_processors[0]"), ["command": "/bin/sh"]),
        (PartAsked("post_processors[1]", type: "exec"), ["command": "/bin/sh"]),
      ] {
        guard case .guarded = try save(place, "guarded", part, typed) else {
          throw NotYet(description: "\(part)")
        }
      }
      // A guarded key has no field: what comes for it doesn't count.
      guard
        case .configured = try save(
          place, "audit", PartAsked(""), ["group": "shadow", "name": "Audit"], .incoming)
      else { throw NotYet(description: "refused") }
      #expect(place.all == before)
    }
  }

  @Test func `what changed is told line by line, with secrets masked, and bounded`() {
    func bytes(_ name: String, _ secret: String) -> [UInt8] {
      let entry = "{type: header, name: X, secrets: [{literal: \(secret), name: a}]}"
      return Array("name: \(name)\nincoming: a\npre_processors:\n  - \(entry)\n".utf8)
    }
    let told = TextDifference.lines(bytes("A", "MARKER-1"), bytes("B", "MARKER-2"))
    #expect(told == "- name: A\n+ name: B\n")
    #expect(TextDifference.lines([], bytes("A", "MARKER-1")).contains("(not shown)"))
    #expect(!TextDifference.lines([], bytes("A", "MARKER-1")).contains("MARKER"))
    #expect(TextDifference.lines([], Array("a: {literal: MARKER".utf8)).isEmpty)
    let long = Array(String(repeating: "# a comment of some length\n", count: 500).utf8)
    #expect(TextDifference.lines(long, []).hasSuffix("\n…\n"))
    #expect(TextDifference.lines(long, []).utf8.count < 5 << 10)
    #expect(TextDifference.lines(long + long + long + long + long, []).isEmpty)
  }

  @Test func `an entry of a kind is made with a secret, changed and removed`() throws {
    try open { place in
      let kinds = try fields(place, "erp", PartAsked("post_processors[0]")).kinds.map(\.type)
      #expect(kinds == ["http"])
      let made = try save(
        place, "erp", PartAsked("pre_processors[1]", type: "basic_auth"), [:], makesSecret: true)
      guard case .configured(let done) = made else { throw NotYet(description: "\(made)") }
      let secret = try #require(done.instructions.compactMap(\.secret).first)
      #expect(place.text("secrets/erp-1") == secret.revealed + "\n")
      #expect(secret.revealed.hasPrefix("levelwind:"))
      #expect(
        place.text("webhooks/erp.yaml")
          .hasSuffix("  - {type: basic_auth, secrets: [{secret: erp-1}]}\n"))
      let parser = try save(
        place, "audit", PartAsked("parser", type: "csv"), ["delimiter": ";"], .incoming)
      guard case .configured = parser else { throw NotYet(description: "\(parser)") }
      #expect(place.text("incoming/audit.yaml").contains("parser: {type: csv, delimiter: ;}"))
      for (identifier, kind, path) in [
        ("erp", ConfiguredFile.Kind.webhook, "pre_processors[1]"), ("audit", .incoming, "parser"),
      ] {
        let answer = try place.change(identifier, kind) { .removeEntry($0, path: path) }
        guard case .configured = answer else { throw NotYet(description: "\(answer)") }
      }
      #expect(place.text("incoming/audit.yaml") == "name: Audit\n")
      #expect(!place.text("webhooks/erp.yaml").contains("basic_auth"))
    }
  }

  @Test func `the last pre-processor stays, since anyone may send without one`() throws {
    try open { place in
      let before = place.all
      let answer = try place.change("erp", .webhook) {
        .removeEntry($0, path: "pre_processors[0]")
      }
      guard case .failed(let words) = answer else { throw NotYet(description: "\(answer)") }
      #expect(words.contains("anyone may send: levelwind webhook edit erp"), "\(words)")
      #expect(place.all == before && !place.isReloading)
    }
  }

  @Test func `a preset asks for the keys that it needs, and its problems stand at them`() throws {
    try open { place in
      guard
        case .choices(let shown) = place.ask("alice", .choices(.sender, sender: "aws-sns"))
      else { throw NotYet(description: "no choices") }
      #expect(shown.fields.contains { $0.key == "topics" && $0.input == .lines })
      #expect(!shown.fields.contains { ["secrets", "sender"].contains($0.key) })
      var asked = NewWebhookAsked()
      (asked.name, asked.incoming, asked.check) = ("Topic", "stock", .sender)
      (asked.sender, asked.origin) = ("aws-sns", .later)
      let refused = place.ask("alice", .create(asked))
      guard case .unusableChoices = refused else { throw NotYet(description: "\(refused)") }
      asked.fields = [FieldAsked("topics", "arn:aws:sns:eu-west-1:123456789012:a\r\n")]
      let made = place.ask("alice", .create(asked))
      guard case .configured = made else { throw NotYet(description: "\(made)") }
      #expect(
        place.text("webhooks/topic.yaml")
          .contains("topics: [\"arn:aws:sns:eu-west-1:123456789012:a\"]"))
    }
  }
}
