import Foundation
import Testing

@testable import Harness

/// `levelwind webhook create`, as administrators run it.
@Suite struct WebhookCreateTests {
  @Test func `a webhook is made with its secret, and the URL is printed`() throws {
    try Administration.run { levelwind in
      let made = try levelwind(
        "webhook", "create", "ERP Stock", "--incoming", "stock", "--description", "From the ERP.",
        "--header", "X-Stock")
      #expect(made.status == 0, "\(made.errors)")
      let secret = levelwind.text("secrets/erp-stock").trimmingCharacters(in: .newlines)
      #expect(secret.count == 43)
      #expect(
        made.text == """
          Made secrets/erp-stock, webhooks/erp-stock.yaml.
          URL: https://hooks.example.org/webhook/erp-stock
          The secret, shown this once. The sender sends it as header X-Stock.
            \(secret)
          No responder is running on \(levelwind.folder("state").path); it loads the change when it starts.

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

  @Test func `a name that is there is refused, with what helps, and nothing is made`() throws {
    try Administration.run { levelwind in
      let create = ["webhook", "create", "Größe & Co", "--incoming", "stock"]
      let made = try levelwind(create)
      #expect(made.status == 0, "\(made.errors)")
      let before = levelwind.snapshot()
      let again = try levelwind(create)
      #expect(again.status == 1)
      #expect(
        again.errors
          == "levelwind: webhook grosse-and-co is there already, and nothing was changed: --if-missing "
          + "leaves it as it is, --id IDENTIFIER makes another\n")
      let left = try levelwind(create + ["--if-missing"])
      #expect(left.status == 0, "\(left.errors)")
      #expect(
        left.text == """
          webhooks/grosse-and-co.yaml is there already; nothing was changed.
          URL: https://hooks.example.org/webhook/grosse-and-co

          """)
      #expect(levelwind.snapshot() == before)
      let other = try levelwind(create + ["--id", "other", "--if-missing"])
      #expect(other.status == 0, "\(other.errors)")
      #expect(levelwind.text("webhooks/other.yaml").contains("name: \"Größe & Co\"\n"))
      #expect(levelwind.text("secrets/other") != levelwind.text("secrets/grosse-and-co"))
      let wrong = try levelwind(create + ["--id", "Other"])
      #expect(wrong.status == 64)
      #expect(wrong.errors.contains("(did you mean \"other\"?)"), "\(wrong.errors)")
      let nothing = try levelwind("webhook", "create", "🎣", "--incoming", "stock")
      #expect(nothing.status == 64 && nothing.errors.contains("--id"), "\(nothing.errors)")
      let incoming = try levelwind("webhook", "create", "X", "--incoming", "Stock")
      #expect(incoming.status == 64)
      #expect(
        incoming.errors
          == "levelwind: \"Stock\" isn't an identifier: a-z, 0-9 and inner hyphens (did you mean "
          + "\"stock\"?)\n"
      )
    }
  }

  @Test func `programs get what was made as JSON`() throws {
    try Administration.run { levelwind in
      func json(_ arguments: [String]) throws -> [String: Any] {
        let result = try levelwind(arguments + ["--json", "--if-missing"])
        #expect(result.status == 0, "\(result.errors)")
        return try #require(
          try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any])
      }
      let create = ["webhook", "create", "ERP", "--incoming", "orders", "--create-incoming"]
      let made = try json(create)
      #expect(made["created"] as? Bool == true)
      #expect(made["identifier"] as? String == "erp")
      #expect(made["url"] as? String == "https://hooks.example.org/webhook/erp")
      #expect(
        made["files"] as? [String] == ["incoming/orders.yaml", "secrets/erp", "webhooks/erp.yaml"])
      #expect(made["secret"] as? String == levelwind.text("secrets/erp").dropLast().description)
      #expect((made["notes"] as? [String])?.last?.contains("No responder is running") == true)
      let again = try json(create)
      #expect(again["created"] as? Bool == false && again["secret"] == nil)
      #expect(again["url"] as? String == "https://hooks.example.org/webhook/erp")
      #expect(try json(["incoming", "create", "Audit"])["created"] as? Bool == true)
      #expect(try json(["incoming", "create", "Audit"])["created"] as? Bool == false)
      let refused = try levelwind("incoming", "create", "Audit")
      #expect(refused.status == 1 && refused.errors.contains("--if-missing"), "\(refused.errors)")
    }
  }

  @Test func `a sender that signs without a preset gets its HMAC`() throws {
    try Administration.run { levelwind in
      let made = try levelwind(
        "webhook", "create", "WMS", "--incoming", "stock", "--hmac", "X-Wms-Signature",
        "--algorithm", "sha512", "--encoding", "base64", "--prefix", "v1=", "--timestamp-header",
        "X-Wms-Time", "--timestamp-unit", "ms", "--delivery-id-header", "X-Wms-Id", "--replay")
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.text.contains("The sender signs with it, in header X-Wms-Signature."))
      let file = levelwind.text("webhooks/wms.yaml")
      #expect(file.contains("delivery_id_header: X-Wms-Id\n"), "\(file)")
      #expect(
        file.hasSuffix(
          """
          pre_processors:
            # An HMAC that is made with the secret.
            - type: signature
              header: X-Wms-Signature
              algorithm: sha512
              encoding: base64
              prefix: "v1="
              # What is signed: these pieces, joined.
              message: [timestamp, {text: .}, body]
              timestamp: {header: X-Wms-Time, unit: ms}
              # Files in secrets/. There are two while a new secret replaces an old one:
              # levelwind webhook secret add wms
              secrets:
                - {secret: wms}
            # A copy of an accepted delivery makes no task, even if it is sent again by hand.
            - type: replay

          """), "\(file)")
      let example = try levelwind("webhook", "test", "wms")
      #expect(example.status == 0, "\(example.errors)")
      for header in ["x-wms-signature: v1=", "x-wms-time: ", "x-wms-id: "] {
        #expect(example.text.contains(header), "\(example.text)")
      }
      let plain = try levelwind("webhook", "create", "P", "--incoming", "stock", "--hmac", "X-Sig")
      #expect(plain.status == 0, "\(plain.errors)")
      #expect(!levelwind.text("webhooks/p.yaml").contains("message:"))
      #expect(!levelwind.text("webhooks/p.yaml").contains("replay"))
      let before = levelwind.snapshot()
      for (options, words) in [
        (["--hmac", "X-S", "--encoding", "hax"], "expected one of hex"),
        (["--hmac", "X-S", "--replay"], "replay needs the sender's id"),
      ] {
        let refused = try levelwind(["webhook", "create", "Q", "--incoming", "stock"] + options)
        #expect(refused.status == 1 && refused.errors.contains(words), "\(refused.errors)")
      }
      for options in [["--encoding", "hex"], ["--hmac", "X-S", "--timestamp-unit", "ms"]] {
        let refused = try levelwind(["webhook", "create", "Q", "--incoming", "stock"] + options)
        #expect(refused.status == 64, "\(refused.errors)")
      }
      #expect(levelwind.snapshot() == before)
    }
  }

  @Test func `copies make no task where the preset knows the sender's id`() throws {
    try Administration.run { levelwind in
      for (name, sender, more, isThere) in [
        ("a", "github", [], true), ("b", "github", ["--no-replay"], false),
        ("c", "slack", [], true),
        ("d", "zoom", [], false),
      ] as [(String, String, [String], Bool)] {
        let made = try levelwind(
          [
            "webhook", "create", name, "--incoming", "stock", "--sender", sender, "--secret-file",
            "-",
          ]
            + more, input: "0123456789abcdef\n")
        #expect(made.status == 0, "\(made.errors)")
        let file = levelwind.text("webhooks/\(name).yaml")
        #expect(file.contains("- type: replay") == isThere, "\(file)")
      }
    }
  }

  @Test func `a secret that looks wrong is taken, and that is said`() throws {
    try Administration.run { levelwind in
      let made = try levelwind(
        "webhook", "create", "Shop", "--incoming", "stock", "--sender", "shopify", "--secret-file",
        "-", input: "\"not-for-anyones-eyes\" \n\n")
      #expect(made.status == 0)
      #expect(
        made.errors.contains("warning: pre_processors[0].secrets[0].secret: shop ends in several"))
      let added = try levelwind(
        "webhook", "secret", "add", "shop", "--secret-file", "-", input: "not-for")
      #expect(added.status == 0 && added.errors.contains("shop-1 has 7 bytes"), "\(added.errors)")
      let checked = try levelwind("check")
      #expect(checked.status == 0)
      #expect(checked.text.contains("shop ends in several newlines"), "\(checked.text)")
      #expect(!(made.text + made.errors + checked.text + added.errors).contains("not-for"))
    }
  }

  @Test func `accepted deliveries are logged unless that is turned off`() throws {
    try Administration.run { levelwind in
      for (options, line) in [
        ([], "logging: true\n"), (["--logging"], "logging: true\n"),
        (["--no-logging"], "logging: false\n"),
      ] as [([String], String)] {
        let made = try levelwind(
          ["webhook", "create", "A", "--incoming", "stock", "--id", "a"] + options)
        #expect(made.status == 0, "\(made.errors)")
        #expect(levelwind.text("webhooks/a.yaml").contains(line))
        #expect(try levelwind("webhook", "delete", "a", "--yes", "--delete-secrets").status == 0)
      }
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
      // A command that loses a race says so, and can be run again.
      let made = children.count { $0.wait() == 0 }
      #expect(made >= 1)
      #expect(levelwind.folder.names(in: "etc/webhooks").count { $0.hasSuffix(".yaml") } == made)
      #expect(levelwind.folder.names(in: "etc/secrets").count == made)
      #expect(try levelwind("check").status == 0)
    }
  }
}
