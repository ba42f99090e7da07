import AdministrationMessages
import Foundation
import Testing
import Webhooks

@testable import Administration
@testable import Harness

/// What the helper that changes files does, whatever page asks.
@Suite struct ConfiguringTests {
  private static let marker = "MARKER-0815-of-the-sender"
  private static let now = Date(timeIntervalSince1970: 1_795_000_000)

  /// A configuration with a webhook `erp`, one `guarded` with a program, and users of each role.
  struct Place {
    let folder: Folder
    let configuring: Configuring

    func ask(_ user: String, _ verb: ConfigurationVerb) -> AdministrationAnswer.Content {
      let question = AdministrationQuestion(
        user: user, groups: [], request: "r1", .configure(verb))
      return configuring.answer(question, at: ConfiguringTests.now).content
    }

    /// Asks as the administrator, with the version that the file has.
    func change(
      _ identifier: String, _ kind: ConfiguredFile.Kind,
      _ verb: (ConfiguredFile) -> ConfigurationVerb
    ) throws -> AdministrationAnswer.Content {
      ask("alice", verb(try file(identifier, kind)))
    }

    func change(
      _ identifier: String, _ verb: (ConfiguredFile) -> ConfigurationVerb
    ) throws -> AdministrationAnswer.Content { try change(identifier, .webhook, verb) }

    func file(
      _ identifier: String, _ kind: ConfiguredFile.Kind = .webhook
    ) throws -> ConfiguredFile {
      guard case .file(let shown) = ask("alice", .file(ConfiguredFile(kind, identifier))) else {
        throw NotYet(description: "no file \(identifier)")
      }
      return shown.file
    }

    func text(_ path: String) -> String { folder.text("etc/\(path)") }
    var isReloading: Bool { FileManager.default.fileExists(atPath: folder("flag").path) }

    var all: [String: String] {
      let names =
        FileManager.default.enumerator(atPath: folder("etc").path)?.allObjects as? [String]
      return Dictionary(uniqueKeysWithValues: (names ?? []).map { ($0, text($0)) })
    }
  }

  func open(_ test: (Place) throws -> Void) throws {
    let folder = try Folder(named: "configuring")
    defer { folder.remove() }
    let files = [
      "incoming/stock.yaml": "name: Stock\ngroup: root\n",
      "incoming/audit.yaml": "name: Audit\n",
      "webhooks/erp.yaml": """
      # Ours.
      name: ERP
      incoming: stock
      pre_processors:
        - {type: header, name: X-A, secrets: [{secret: erp}]}

      """,
      "webhooks/guarded.yaml": """
      name: Guarded
      incoming: stock
      pre_processors:
        - {type: header, name: X-A, secrets: [{secret: erp}, {literal: \(Self.marker), name: old}]}
      post_processors:
        - {type: exec, command: [/bin/true], environment: {KEY: \(Self.marker)}}

      """,
      "secrets/erp": Self.marker + "\n",
      "levelwind.yaml": """
      base_url: https://hooks.example.org
      spool: \(folder("spool").path)
      state: \(folder("state").path)
      pages: {operators: [otto], administrators: [alice]}

      """,
    ]
    for (name, text) in files { try folder.write(text, to: "etc/\(name)") }
    try FileManager.default.createDirectory(
      at: folder("state"), withIntermediateDirectories: true)
    try test(
      Place(
        folder: folder,
        configuring: Configuring(
          directory: folder("etc").path, flag: folder("flag").path)))
  }

  /// Each verb with the least role.
  private static func verbs(_ file: ConfiguredFile) -> [(ConfigurationVerb, UserRole)] {
    [
      (.file(file), .administrator), (.export(file), .administrator), (.enable(file), .operator_),
      (.disable(file), .operator_),
      (.save(file, text: "name: A\n"), .administrator),
      (.duplicate(file, name: "A"), .administrator), (.delete(file, secrets: []), .administrator),
      (.create(NewWebhookAsked()), .administrator),
      (.createIncoming(name: "A", description: "", filter: ""), .administrator),
      (.addSecret(file, list: "", value: ConfidentialText("")), .administrator),
      (.retireSecret(file, name: "erp", isRemoved: false), .administrator),
      (.fields(file, PartAsked("")), .administrator),
      (
        .saveFields(
          file, PartAsked(""), [FieldAsked("name", "A")], makesSecret: false), .administrator
      ),
      (.removeEntry(file, path: "pre_processors[0]"), .administrator),
    ]
  }

  @Test func `each verb is for its role and those above it`() throws {
    for place in 0..<14 {
      for (user, role) in [
        ("vera", UserRole.viewer), ("otto", .operator_), ("alice", .administrator),
      ] {
        try open { configuration in
          let (verb, least) = Self.verbs(try configuration.file("erp"))[place]
          let before = configuration.all
          var isForbidden = false
          if case .forbidden = configuration.ask(user, verb) { isForbidden = true }
          #expect(isForbidden == (role < least), "\(user): \(verb)")
          if isForbidden { #expect(configuration.all == before) }
        }
      }
    }
    try open { configuration in
      let verbs = Self.verbs(try configuration.file("erp"))
      #expect(verbs.count == 14)
      for user in ["", "*", "@shop", "Alice", "alice\u{0}"] {
        guard case .forbidden = configuration.ask(user, .file(ConfiguredFile(.webhook, "erp")))
        else {
          Issue.record("\(user) got in")
          continue
        }
      }
    }
  }

  @Test func `a change is made, noted, and loaded`() throws {
    try open { configuration in
      let file = try configuration.file("erp")
      guard case .configured(let done) = configuration.ask("otto", .disable(file)) else {
        throw NotYet(description: "not disabled")
      }
      #expect(
        configuration.text("webhooks/erp.yaml").hasPrefix("# Ours.\nname: ERP\ndisabled: true\n"))
      #expect(done.isReloading && configuration.isReloading && done.name == "ERP")
      #expect(done.file.version != file.version)
      let line = try #require(
        ChangesFile.shown(state: configuration.folder("state").path, before: nil).lines.first)
      #expect(line.user == "otto" && line.role == "operator" && line.verb == "disabled")
      #expect(line.target == "webhook erp" && line.outcome == "done" && line.request == "r1")
      #expect(line.before == file.version && line.after == done.file.version)
      #expect(line.difference == "+ disabled: true\n")
      let page = ChangesFile.shown(state: configuration.folder("state").path, before: nil)
      #expect(page.shown(to: .operator_).lines.first?.difference == nil)
      #expect(page.shown(to: .administrator).lines.first?.difference != nil)
    }
  }

  @Test func `what can't be noted isn't done`() throws {
    try open { configuration in
      try configuration.folder.write("", to: "state/configure")
      let before = configuration.all
      guard case .failed(let words) = try configuration.change("erp", { .disable($0) }) else {
        throw NotYet(description: "it was done")
      }
      #expect(words.contains("can't be noted") && configuration.all == before)
    }
  }

  @Test func `who saw an older version is told, and nothing is changed`() throws {
    try open { configuration in
      let seen = try configuration.file("erp")
      try configuration.folder.write(
        configuration.text("webhooks/erp.yaml") + "# by hand\n", to: "etc/webhooks/erp.yaml")
      let before = configuration.all
      for (verb, _) in Self.verbs(seen) {
        if verb.file == nil { continue }
        // A look.
        switch verb {
        case .file, .export, .fields: continue
        default: break
        }
        guard case .stale(let now) = configuration.ask("alice", verb) else {
          Issue.record("\(verb)")
          continue
        }
        #expect(now.text.hasSuffix("# by hand\n") && now.file.version != seen.version)
      }
      #expect(configuration.all == before && !configuration.isReloading)
      let lines = ChangesFile.shown(state: configuration.folder("state").path, before: nil).lines
      #expect(
        lines.count == 9 && lines.allSatisfy { $0.outcome == "refused: changed since it was seen" })
    }
  }

  @Test(arguments: [
    "post_processors: [{type: exec, command: [/bin/sh]}]\n",
    "post_processors:\n  - command: [/bin/sh]\n    \"type\": \"exec\"\n",
    "post_processors: [{type: http, url: https://a.example, allow_private: [10.0.0.0/8]}]\n",
    "post_processors: [{type: http, url: https://a.example, ca_file: /tmp/a}]\n",
  ])
  func `a page can't add what is guarded`(more: String) throws {
    try open { configuration in
      let text = configuration.text("webhooks/erp.yaml")
      let answer = try configuration.change("erp") { .save($0, text: text + more) }
      guard case .guarded(let keys, let command) = answer else {
        throw NotYet(description: "\(answer)")
      }
      #expect(keys.count == 1 && command == "levelwind webhook edit erp")
      #expect(configuration.text("webhooks/erp.yaml") == text && !configuration.isReloading)
    }
  }

  @Test func `a file, a literal or a credential can't take a secret's place, and no group a spool`()
    throws
  {
    try open { configuration in
      let text = configuration.text("webhooks/erp.yaml")
      for source in ["file: /etc/shadow", "literal: mine", "credential: erp"] {
        let new = text.replacing("secret: erp", with: source)
        guard case .guarded = try configuration.change("erp", { .save($0, text: new) }) else {
          Issue.record("\(source)")
          continue
        }
      }
      guard
        case .guarded(let keys, _) = try configuration.change(
          "audit", .incoming, { .save($0, text: "name: Audit\ngroup: shadow\n") })
      else { throw NotYet(description: "the group was taken") }
      #expect(keys == ["group"])
      // The guarded value that is there may stay.
      let kept = "name: Stocks\ngroup: root\n"
      guard
        case .configured = try configuration.change(
          "stock", .incoming, { .save($0, text: kept) })
      else { throw NotYet(description: "it was refused") }
      #expect(configuration.text("incoming/stock.yaml") == kept)
    }
  }

  @Test func `a copy of what is guarded is refused, and a masked text can't be saved`() throws {
    try open { configuration in
      let before = configuration.all
      guard
        case .guarded(_, let command) = try configuration.change(
          "guarded", { .duplicate($0, name: "Copy") })
      else { throw NotYet(description: "it was copied") }
      #expect(command == "levelwind webhook duplicate guarded")
      guard
        case .file(let shown) = configuration.ask("alice", .file(try configuration.file("guarded")))
      else { throw NotYet(description: "not shown") }
      #expect(shown.isMasked && shown.text.contains("(not shown)"))
      #expect(shown.guarded.contains("post_processors[0]"))
      guard
        case .guarded = try configuration.change("guarded", { .save($0, text: shown.text) })
      else { throw NotYet(description: "the mask was saved") }
      #expect(configuration.all == before)
      // It can be switched off all the same.
      guard case .configured = try configuration.change("guarded", { .disable($0) }) else {
        throw NotYet(description: "not disabled")
      }
    }
  }

  @Test func `no answer has a secret that was there`() throws {
    try open { configuration in
      let question = { (verb: ConfigurationVerb) in
        AdministrationQuestion(user: "alice", groups: [], request: "", .configure(verb))
      }
      for identifier in ["erp", "guarded"] {
        for (verb, _) in Self.verbs(try configuration.file(identifier)) {
          let answer = configuration.configuring.answer(question(verb), at: Self.now)
          #expect(
            !String(decoding: answer.bytes, as: UTF8.self).contains(Self.marker), "\(verb)")
        }
      }
      let changes = configuration.folder.text("state/configure/changes")
      #expect(!changes.isEmpty && !changes.contains(Self.marker))
      #expect("\(ConfidentialText("x"))" == "(not shown)")
      var dumped = ""
      dump(
        ConfigurationVerb.addSecret(
          ConfiguredFile(.webhook, "a"), list: "", value: ConfidentialText("s3cr3t")), to: &dumped)
      #expect(!dumped.contains("s3cr3t"))
    }
  }

  @Test func `links are refused, and what they lead to is unchanged`() throws {
    try open { configuration in
      let folder = configuration.folder
      try folder.write("name: Victim\nincoming: stock\npre_processors: []\n", to: "victim")
      for path in ["webhooks/linked.yaml", "webhooks/a.yaml", "secrets/new"] {
        try #require(symlink(folder("victim").path, folder("etc/\(path)").path) == 0)
      }
      let before = folder.text("victim")
      for (verb, _) in Self.verbs(ConfiguredFile(.webhook, "linked", version: "1")) {
        if verb.file == nil { continue }
        guard case .failed(let words) = configuration.ask("alice", verb) else {
          Issue.record("\(verb)")
          continue
        }
        #expect(words.contains("is a link"))
      }
      // New files are not written through links that stand at their names.
      guard case .unusable = try configuration.change("erp", { .duplicate($0, name: "A") }) else {
        throw NotYet(description: "the copy went somewhere")
      }
      var asked = NewWebhookAsked()
      (asked.name, asked.incoming) = ("New", "stock")
      asked.fields = [FieldAsked("name", "X-A")]
      guard case .configured = configuration.ask("alice", .create(asked)) else {
        throw NotYet(description: "not made")
      }
      #expect(configuration.text("webhooks/new.yaml").contains("{secret: new-1}"))
      #expect(folder.text("victim") == before)
    }
  }

  @Test func `a webhook is made with its secret, which is told once`() throws {
    try open { configuration in
      var asked = NewWebhookAsked()
      (asked.name, asked.incoming, asked.makesIncoming) = ("Shop of Oslo", "orders", true)
      (asked.check, asked.sender, asked.origin) = (.sender, "shopify", .given)
      asked.secret = ConfidentialText("from-shopify-0123456789")
      asked.additional = ["audit"]
      guard case .configured(let done) = configuration.ask("alice", .create(asked)) else {
        throw NotYet(description: "\(configuration.ask("alice", .create(asked)))")
      }
      #expect(done.file.identifier == "shop-of-oslo")
      #expect(done.url == "https://hooks.example.org/webhook/shop-of-oslo")
      #expect(configuration.text("secrets/shop-of-oslo") == "from-shopify-0123456789\n")
      let text = configuration.text("webhooks/shop-of-oslo.yaml")
      #expect(text.contains("\ncreated: 2026-11-18T11:06:40Z\n"))
      #expect(text.contains("additional_incoming: [audit]\n"))
      #expect(configuration.text("incoming/orders.yaml").contains("name: orders\n"))
      // A second time, as by a reload, nothing is made.
      let before = configuration.all
      guard case .unusableChoices(let shown) = configuration.ask("alice", .create(asked)) else {
        throw NotYet(description: "it was made twice")
      }
      #expect(shown.problems.map(\.key) == ["name"])
      #expect(configuration.all == before)
      (asked.name, asked.check, asked.origin) = ("Plain", .header, .made)
      asked.fields = [FieldAsked("name", "X-Plain"), FieldAsked("prefix", "Bearer ")]
      guard case .configured(let plain) = configuration.ask("alice", .create(asked)) else {
        throw NotYet(description: "not made")
      }
      let secret = try #require(plain.instructions.compactMap(\.secret).first)
      #expect(configuration.text("secrets/plain") == secret.revealed + "\n")
    }
  }

  @Test func `a secret is rotated, and the last one stays`() throws {
    try open { configuration in
      guard
        case .failed(let words) = try configuration.change(
          "erp", { .retireSecret($0, name: "erp", isRemoved: false) })
      else { throw NotYet(description: "the last one ended") }
      #expect(words.contains("only secret in use"))
      guard
        case .configured(let done) = try configuration.change(
          "erp", { .addSecret($0, list: "", value: ConfidentialText("")) })
      else { throw NotYet(description: "not added") }
      let secret = try #require(done.instructions.compactMap(\.secret).first).revealed
      #expect(configuration.text("secrets/erp-1") == secret + "\n" && secret.count == 43)
      guard
        case .configured = try configuration.change(
          "erp", { .retireSecret($0, name: "erp", isRemoved: false) })
      else { throw NotYet(description: "not ended") }
      #expect(configuration.text("webhooks/erp.yaml").contains("not_after: 2026-11-18T11:06:40Z"))
      guard
        case .configured = try configuration.change(
          "erp", { .retireSecret($0, name: "erp", isRemoved: true) })
      else { throw NotYet(description: "not removed") }
      #expect(!configuration.text("webhooks/erp.yaml").contains("{secret: erp,"))
      #expect(configuration.text("secrets/erp") == Self.marker + "\n")
    }
  }

  @Test func `deleting keeps what others use`() throws {
    try open { configuration in
      guard
        case .failed(let words) = try configuration.change(
          "stock", .incoming, { .delete($0, secrets: []) })
      else { throw NotYet(description: "it was deleted") }
      #expect(words.contains("webhooks/erp.yaml"))
      guard case .failed = try configuration.change("erp", { .delete($0, secrets: ["erp"]) }) else {
        throw NotYet(description: "a secret that another uses was deleted")
      }
      guard case .configured = try configuration.change("erp", { .delete($0, secrets: []) }) else {
        throw NotYet(description: "not deleted")
      }
      #expect(configuration.text("webhooks/erp.yaml") == "")
      guard
        case .configured = try configuration.change(
          "guarded", { .delete($0, secrets: ["erp"]) })
      else { throw NotYet(description: "not deleted") }
      #expect(configuration.text("secrets/erp") == "")
      for path in ["../levelwind", "x/../../y", ".", "", "ERP", "erp\u{0}"] {
        guard case .missing = configuration.ask("alice", .file(ConfiguredFile(.webhook, path)))
        else {
          Issue.record("\(path)")
          continue
        }
      }
    }
  }

  @Test func `errors of a new text are told, with their lines`() throws {
    try open { configuration in
      let text = configuration.text("webhooks/erp.yaml")
      guard
        case .invalid(let problems) = try configuration.change(
          "erp", { .save($0, text: text.replacing("name: ERP", with: "nane: ERP")) })
      else { throw NotYet(description: "it was taken") }
      #expect(problems.first?.line == 2 && problems.first?.key == "nane")
      #expect(configuration.text("webhooks/erp.yaml") == text)
      // A browser's line ends change nothing.
      let sent = text.replacing("# Ours.", with: "# Mine.").replacing("\n", with: "\r\n")
      guard case .configured = try configuration.change("erp", { .save($0, text: sent) }) else {
        throw NotYet(description: "it was refused")
      }
      #expect(configuration.text("webhooks/erp.yaml") == text.replacing("Ours", with: "Mine"))
    }
  }
}
