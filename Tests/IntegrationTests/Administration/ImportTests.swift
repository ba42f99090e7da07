import Foundation
import Testing

@testable import Harness

/// `levelwind webhook export` and `import`, from one configuration into another.
@Suite(.showingLogs) struct ImportTests {
  static let secret = "a-secret-of-stage-alone"
  static let passphrase = "correct horse battery"
  static let created = "created: 2026-01-02T03:04:05Z\n"
  static let stage = [
    "incoming/orders.yaml": "name: Orders\n" + created + "filter: .data.body.kind == \"order\"\n",
    "incoming/audit.yaml": "name: Audit\n",
    "webhooks/shop.yaml": """
    # Ours.
    name: Shop
    \(created)incoming: orders
    additional_incoming: [audit]
    pre_processors:
      - type: header
        name: X-Webhook-Secret
        secrets: [{secret: shop}]

    """,
    "webhooks/other.yaml": "name: Other\nincoming: audit\npre_processors: []\n",
    "secrets/shop": secret + "\n",
    "test-secrets/shop": "everybody-knows-this-one\n",
    "tests/shop/order.http": """
    POST /webhook/shop HTTP/1.1\r
    x-webhook-secret: everybody-knows-this-one\r
    content-type: application/json\r
    content-length: 16\r
    \r
    {"kind":"order"}
    """,
    "tests/shop/order.yaml": "verdict: accepted\nincoming: [audit, orders]\n",
  ]

  /// A test of an import: the configuration that exports, the one that imports, and a folder.
  func run(
    from stage: [String: String] = Self.stage, to production: [String: String] = [:],
    _ test: (Administration, Administration, Folder) throws -> Void
  ) throws {
    let files = try Folder(named: "archives")
    defer { files.remove() }
    try Administration.run(stage) { from in
      try Administration.run(production) { to in try test(from, to, files) }
    }
  }

  func export(
    _ from: Administration, _ files: Folder, _ names: [String] = ["shop"], sealed: Bool = false
  ) throws -> String {
    try files.write(Self.passphrase + "\n", to: "passphrase")
    let more = sealed ? ["--with-secrets", "--passphrase-file", files("passphrase").path] : []
    let made = try from(["webhook", "export"] + names + more)
    try #require(made.status == 0, "\(made.errors)")
    return try files.write(made.output, to: "shop.tar").path
  }

  /// Packs files with tar(1), as a stranger might.
  func pack(_ entries: [String: String], _ files: Folder) throws -> String {
    for (path, text) in entries { try files.write(text, to: "packed/\(path)") }
    let made = try Tool.run(
      "tar",
      ["-cf", files("packed.tar").path, "--format=ustar", "-C", files("packed").path]
        + Set(entries.keys.map { String($0.split(separator: "/")[0]) }).sorted())
    try #require(made.status == 0, "\(made.errors)")
    return files("packed.tar").path
  }

  @Test func `all that a webhook needs comes over, and a second import changes nothing`() throws {
    try run { stage, production, files in
      let archive = try export(stage, files)
      #expect(try stage("webhook", "export", "shop").output == files.bytes("shop.tar"))
      let listed = try Tool.run("tar", ["-tf", archive]).text.split(separator: "\n")
      #expect(
        Set(listed) == [
          "incoming/audit.yaml", "incoming/orders.yaml", "webhooks/shop.yaml", "secrets.txt",
          "test-secrets/shop", "tests/shop/order.http", "tests/shop/order.yaml",
        ])
      #expect(try !String(decoding: files.bytes("shop.tar"), as: UTF8.self).contains(Self.secret))
      #expect(try Tool.run("tar", ["-xOf", archive, "secrets.txt"]).text == "secrets/shop\n")
      let before = production.snapshot()
      let planned = try production("webhook", "import", archive, "--plan")
      #expect(planned.status == 0 && production.snapshot() == before, "\(planned.errors)")
      #expect(planned.text.contains("new      webhooks/shop.yaml"), "\(planned.text)")
      #expect(planned.text.contains("missing  secrets/shop"), "\(planned.text)")
      let asked = try production("webhook", "import", archive)
      #expect(asked.status == 1 && production.snapshot() == before)
      #expect(asked.errors.contains("--yes imports it without asking"))
      let done = try production("webhook", "import", archive, "--yes")
      #expect(done.status == 0, "\(done.text)\(done.errors)")
      #expect(
        try production.timeless("webhooks/shop.yaml")
          == Self.stage["webhooks/shop.yaml"]?.replacing(Self.created, with: "")
          .replacing("{secret: shop}", with: "{secret: shop, pending: true}"))
      #expect(
        try production.timeless("incoming/audit.yaml") == Self.stage["incoming/audit.yaml"])
      for path in ["tests/shop/order.http", "tests/shop/order.yaml", "test-secrets/shop"] {
        #expect(production.text(path) == stage.text(path), "\(path)")
      }
      #expect(try production("test", "shop").status == 0)
      for _ in 1...2 {
        let again = try production("webhook", "import", archive, "--yes")
        #expect(again.status == 0 && again.text.contains("Everything is there already."))
        try production.folder.write("production-has-its-own\n", to: "etc/secrets/shop")
      }
    }
  }

  @Test func `a change on stage is shown line by line, and comes over after a yes`() throws {
    try run { stage, production, files in
      _ = try production("webhook", "import", try export(stage, files), "--yes")
      let made = try #require(production.text("incoming/orders.yaml").firstMatch(of: /created: .*/))
      #expect(try stage("incoming", "set", "orders", "filter=.data.body.kind != \"x\"").status == 0)
      let archive = try export(stage, files)
      let terminal = try Keyboard.run(
        [Site.levelwind, "webhook", "import", archive, "--config", production.folder("etc").path],
        [("Import this? [y/N] ", "y\n")])
      #expect(terminal.status == 0, "\(terminal.screen)")
      for line in [
        "changes  incoming/orders.yaml", "- filter: .data.body.kind == \"order\"",
        "same     webhooks/shop.yaml", "Imported 1 file.",
      ] { #expect(terminal.screen.contains(line), "\(line): \(terminal.screen)") }
      #expect(production.text("incoming/orders.yaml").contains(".data.body.kind != \"x\""))
      #expect(production.text("incoming/orders.yaml").contains(made.0), "created stays")
    }
  }

  @Test func `a secret in the text of a webhook that is replaced isn't shown`() throws {
    let webhook = """
      name: Shop
      incoming: orders
      pre_processors:
        - {type: header, name: X-Webhook-Secret, secrets: [{literal: of-production-alone}]}

      """
    let files = ["webhooks/shop.yaml": webhook, "incoming/orders.yaml": "name: Orders\n"]
    try run(from: Self.stage, to: files) { stage, production, files in
      let said = try production("webhook", "import", try export(stage, files), "--yes")
      #expect(said.status == 0, "\(said.errors)")
      #expect(said.text.contains("changes  webhooks/shop.yaml"))
      #expect(said.text.contains("(not shown)"), "\(said.text)")
      #expect(!(said.text + said.errors).contains("of-production-alone"))
    }
  }

  @Test func `what can't be written whole isn't written at all`() throws {
    let large = ["tests/shop/order.http": String(repeating: "x", count: 8192)]
    let production = ["incoming/orders.yaml": "name: Old orders\n"]
    try run(from: Self.stage.merging(large) { $1 }, to: production) { stage, production, files in
      func contents() -> [String: String] { production.snapshot().filter { !$0.value.isEmpty } }
      let before = contents()
      // The incoming configurations are written first. Then a file is too large for the process.
      let said = try Tool.run(
        "bash",
        [
          "-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "bash", Site.levelwind, "webhook",
          "import",
          try export(stage, files), "--yes", "--config", production.folder("etc").path,
        ])
      #expect(said.status == 1 && said.errors.contains("nothing was changed"), "\(said.errors)")
      #expect(said.errors.contains("order.http"), "\(said.errors)")
      #expect(contents() == before)
    }
  }

  @Test(arguments: [
    ("secrets/shop", "isn't a file that an export has"),
    ("levelwind.yaml", "isn't a file that an export has"),
    ("webhooks/Not An Id.yaml", "can't be unpacked"),
    ("webhooks/UPPER.yaml", "isn't a file that an export has"),
    ("tests/shop/run.sh", "isn't a file that an export has"),
    ("incoming/orders.yaml", "has no webhook"),
  ])
  func `an archive with other files is refused`(path: String, words: String) throws {
    try run { _, production, files in
      let before = production.snapshot()
      let said = try production(
        "webhook", "import", try pack([path: "name: A\n"], files), "--yes")
      #expect(said.status == 1 && said.errors.contains(words), "\(said.errors)")
      #expect(production.snapshot() == before)
    }
  }

  @Test func `a broken configuration, a link in the way and a missing webhook are refused`() throws
  {
    try run { stage, production, files in
      let broken = try production(
        "webhook", "import", try pack(["webhooks/a.yaml": "nane: A\n"], files), "--yes")
      #expect(broken.status == 1 && broken.errors.contains("nane"), "\(broken.errors)")
      let archive = try export(stage, files)
      let elsewhere = try Folder(named: "elsewhere")
      defer { elsewhere.remove() }
      try #require(symlink(elsewhere.path, production.folder("etc/tests").path) == 0)
      let linked = try production("webhook", "import", archive, "--yes")
      #expect(linked.status == 1 && linked.errors.contains("tests is a link"), "\(linked.errors)")
      #expect(elsewhere.names(in: "") == [])
      #expect(try production("webhook", "import", "/nowhere", "--yes").status == 1)
      let none = try stage("webhook", "export", "shpo")
      #expect(none.status == 1 && none.errors.contains("shop") && none.output.isEmpty)
    }
  }
}
