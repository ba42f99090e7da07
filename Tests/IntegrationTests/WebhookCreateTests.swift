import Foundation
import Testing

@testable import Harness

/// `levelwind webhook create`, as administrators run it.
@Suite struct WebhookCreateTests {
  @Test func `a webhook is made with its secret, and the URL is printed`() throws {
    try Administration.run { levelwind in
      let made = try levelwind(
        "webhook", "create", "ERP Stock", "--incoming", "stock", "--description", "From the ERP.",
        "--logging", "--header", "X-Stock")
      #expect(made.status == 0, "\(made.errors)")
      let secret = levelwind.text("secrets/erp-stock").trimmingCharacters(in: .newlines)
      #expect(secret.count == 43)
      #expect(
        made.text == """
          Made secrets/erp-stock, webhooks/erp-stock.yaml.
          URL: https://hooks.example.org/webhook/erp-stock
          The secret, shown this once. The sender sends it as header X-Stock.
            \(secret)
          No responder is running on \(levelwind.folder("state").path); it loads this when it starts.

          """)
      let file = levelwind.text("webhooks/erp-stock.yaml")
      for line in [
        "name: ERP Stock\n", "description: From the ERP.\n", "logging: true\n",
        "    name: X-Stock\n", "      - {secret: erp-stock}\n", "# After a change: levelwind check",
      ] { #expect(file.contains(line), "\(line)\(file)") }
      #expect(!file.contains(secret))
      #expect(try levelwind("check").status == 0)
      #expect(
        try levelwind("webhook", "url", "erp-stock").text
          == "https://hooks.example.org/webhook/erp-stock\n")
      #expect(try levelwind.mode("secrets/erp-stock").mode == 0o640)
      #expect(try levelwind.mode("secrets").mode == 0o750)
      #expect(try levelwind.mode("webhooks/erp-stock.yaml").mode == 0o644)
    }
  }

  @Test func `a name that is taken gets a number, and another secret`() throws {
    try Administration.run { levelwind in
      for _ in 1...3 {
        let made = try levelwind("webhook", "create", "Größe & Co", "--incoming", "stock")
        #expect(made.status == 0, "\(made.errors)")
      }
      #expect(
        levelwind.folder.names(in: "etc/webhooks")
          == ["grosse-and-co-1.yaml", "grosse-and-co-2.yaml", "grosse-and-co.yaml"])
      #expect(
        Set(levelwind.folder.names(in: "etc/secrets").map { levelwind.text("secrets/\($0)") }).count
          == 3)
      #expect(try levelwind("webhook", "create", "🎣", "--incoming", "stock").status == 64)
    }
  }

  @Test func `an incoming configuration that is missing is made if that is asked for`() throws {
    try Administration.run { levelwind in
      let before = levelwind.snapshot()
      let refused = try levelwind("webhook", "create", "ERP", "--incoming", "orders")
      #expect(refused.status == 1)
      #expect(
        refused.errors.contains(
          "there is no incoming configuration orders (stock): levelwind incoming create orders, or "
            + "--create-incoming"))
      #expect(levelwind.snapshot() == before)
      let made = try levelwind(
        "webhook", "create", "ERP", "--incoming", "orders", "--additional", "audit", "--additional",
        "stock", "--create-incoming")
      #expect(made.status == 0, "\(made.errors)")
      #expect(levelwind.text("incoming/orders.yaml").contains("name: orders\n"))
      #expect(levelwind.text("webhooks/erp.yaml").contains("additional_incoming: [audit, stock]\n"))
    }
  }

  @Test func `what would not load is not written`() throws {
    try Administration.run { levelwind in
      let before = levelwind.snapshot()
      let refused = try levelwind(
        "webhook", "create", "Google", "--incoming", "stock", "--sender", "google-pubsub")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("sender google-pubsub needs audiences"))
      #expect(refused.errors.contains("--set KEY=VALUE"))
      #expect(levelwind.snapshot() == before)
      let made = try levelwind(
        "webhook", "create", "Google", "--incoming", "stock", "--sender", "google-pubsub", "--set",
        "audiences=[https://hooks.example.org/webhook/google]", "--set", "claims={email: [a@b.c]}")
      #expect(made.status == 0, "\(made.errors)")
      #expect(try levelwind("check").status == 0)
    }
  }

  @Test func `errors in other files are not in the way`() throws {
    let files = [
      "incoming/stock.yaml": "name: Stock\n", "incoming/bad.yaml": "nmae: x\n",
      "webhooks/bad.yaml": "incoming: nowhere\n",
    ]
    try Administration.run(files) { levelwind in
      let good = try levelwind("webhook", "create", "Good", "--incoming", "stock")
      #expect(good.status == 0, "\(good.errors)")
      let worse = try levelwind("webhook", "create", "Worse", "--incoming", "bad")
      #expect(worse.status == 1)
    }
  }

  @Test func `a secret that the sender issues is never on the command line`() throws {
    try Administration.run { levelwind in
      let made = try levelwind(
        "webhook", "create", "Shop", "--incoming", "stock", "--sender", "shopify", "--secret-file",
        "-", input: "from-shopify\r\n")
      #expect(made.status == 0, "\(made.errors)")
      #expect(levelwind.text("secrets/shop") == "from-shopify\n")
      #expect(
        !(made.text + made.errors + levelwind.text("webhooks/shop.yaml")).contains("from-shopify"))
      for option in ["secrets=[{literal: x}]", "verify_tokens=[{literal: x}]", "type=header", "x"] {
        let refused = try levelwind(
          "webhook", "create", "S", "--incoming", "stock", "--sender", "shopify", "--set", option)
        #expect(refused.status == 64)
      }
      let empty = try levelwind(
        "webhook", "create", "S", "--incoming", "stock", "--sender", "shopify", "--secret-file",
        "-",
        input: "\n")
      #expect(empty.status == 1 && empty.errors.contains("is empty"))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "giving files away takes root"))
  func `root's secrets belong to the responder's group, and another user can't read them`() throws {
    try Administration.run { levelwind in
      let made = try levelwind(
        "webhook", "create", "ERP", "--incoming", "stock", "--user", "daemon")
      #expect(made.status == 0, "\(made.errors)")
      let daemon = try #require(getpwnam("daemon")).pointee
      for name in ["secrets", "secrets/erp"] {
        let mode = try levelwind.mode(name)
        #expect(mode.user == 0 && mode.group == daemon.pw_gid, "\(name)")
        #expect(mode.mode & 0o007 == 0, "\(name)")
      }
      #expect(chmod(levelwind.folder("etc").path, 0o755) == 0)
      #expect(chmod(levelwind.folder.path, 0o755) == 0)
      let secret = levelwind.folder("etc/secrets/erp").path
      #expect(
        try Tool.run(
          "setpriv", ["--reuid", "daemon", "--regid", "daemon", "--clear-groups", "cat", secret]
        ).status == 0)
      #expect(
        try Tool.run(
          "setpriv", ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "cat", secret]
        ).status != 0)
      let stranger = try Tool.run(
        "setpriv",
        ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", Site.levelwind]
          + ["webhook", "create", "Mine", "--incoming", "stock", "--config"]
          + [levelwind.folder("etc").path])
      #expect(
        stranger.status == 1 && stranger.errors.contains("Permission denied"), "\(stranger.errors)")
    }
  }

  @Test func `webhooks that are made at once don't overwrite each other`() throws {
    try Administration.run { levelwind in
      let children = try (1...8).map { number in
        try Child(
          Site.levelwind,
          [
            "webhook", "create", "Same", "--incoming", "stock", "--config",
            levelwind.folder("etc").path,
          ],
          log: levelwind.folder("log-\(number)"))
      }
      // One that lost a race says so, and may be run again.
      let made = children.count { $0.wait() == 0 }
      #expect(made >= 1)
      #expect(levelwind.folder.names(in: "etc/webhooks").count { $0.hasSuffix(".yaml") } == made)
      #expect(try levelwind("check").status == 0)
    }
  }
}
