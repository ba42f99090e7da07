import Foundation
import Testing

@testable import Harness

/// Secrets that are added, overlap, and are retired.
@Suite(.showingLogs) struct WebhookSecretTests {
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n", "secrets/erp": "first-value\n",
    "webhooks/erp.yaml": """
    incoming: stock
    pre_processors:
      - type: header
        name: X-Secret
        # both, for a while
        secrets:
          - {secret: erp}
    logging: true
    """,
  ]

  @Test func `a secret is added, shown once, and the old one is taken out`() throws {
    try Administration.run(Self.files) { levelwind in
      let added = try levelwind("webhook", "secret", "add", "erp")
      #expect(added.status == 0, "\(added.errors)")
      let secret = levelwind.text("secrets/erp-1").trimmingCharacters(in: .newlines)
      #expect(added.text.contains("Made secrets/erp-1, valid beside erp.\n"))
      #expect(added.text.contains("  \(secret)\n"))
      #expect(try levelwind.mode("secrets/erp-1").mode == 0o640)
      let file = try #require(Self.files["webhooks/erp.yaml"])
      let both = file.replacing(
        "- {secret: erp}\n", with: "- {secret: erp}\n      - {secret: erp-1}\n")
      #expect(levelwind.text("webhooks/erp.yaml") == both)
      let list = try levelwind("webhook", "secret", "list", "erp")
      #expect(
        list.text == """
          NAME   STATE   USE
          erp    in use  never matched
          erp-1  in use  never matched

          """)
      let retired = try levelwind(
        "webhook", "secret", "retire", "erp", "erp", "--at", "2999-01-01T00:00:00+01:00")
      #expect(retired.status == 0, "\(retired.errors)")
      #expect(
        levelwind.text("webhooks/erp.yaml").contains(
          "{secret: erp, not_after: 2998-12-31T23:00:00Z}"))
      let removed = try levelwind("webhook", "secret", "retire", "erp", "erp", "--remove")
      #expect(removed.status == 0, "\(removed.errors)")
      #expect(removed.text.contains("Nothing uses secrets/erp any more"))
      #expect(
        levelwind.text("webhooks/erp.yaml")
          == file.replacing("{secret: erp}", with: "{secret: erp-1}"))
      let last = try levelwind("webhook", "secret", "retire", "erp", "erp-1", "--yes")
      #expect(last.status == 1 && last.errors.contains("the only secret in use"))
      #expect(
        try levelwind("webhook", "secret", "retire", "erp", "x").errors.contains("only erp-1"))
      for result in [list, retired, removed, last] {
        #expect(!(result.text + result.errors).contains(secret))
        #expect(!(result.text + result.errors).contains("first-value"))
      }
    }
  }

  @Test func `a secret in use is retired only by a yes`() throws {
    try Site.open(Self.files) { site in
      func send(_ secret: String) throws -> Int {
        try site.post("/webhook/erp", Array("{}".utf8), headers: ["X-Secret: \(secret)"]).status
      }
      let added = try site.command("webhook", "secret", "add", "erp")
      #expect(added.text.contains("The responder has loaded the change.\n"), "\(added.errors)")
      let new = site.folder.text("etc/secrets/erp-1").trimmingCharacters(in: .newlines)
      #expect(try send("first-value") == 200)
      #expect(try send(new) == 200)
      try until("the match shows") {
        try site.command("webhook", "secret", "list", "erp").text.contains("1 matched")
      }
      let refused = try site.command("webhook", "secret", "retire", "erp", "erp")
      #expect(refused.status == 1)
      #expect(refused.text.contains("erp matched 1 time, last at 20"))
      #expect(refused.errors.contains("--yes"))
      #expect(try send("first-value") == 200)
      let retired = try site.command("webhook", "secret", "retire", "erp", "erp", "--yes")
      #expect(retired.status == 0, "\(retired.errors)")
      try until("the old secret's second is over") { try send("first-value") == 401 }
      #expect(try send(new) == 200)
      #expect(!site.folder.text("log/responder.log").contains(new))
    }
  }

  @Test func `a webhook waits for the secret that its sender issues`() throws {
    var files = Self.files
    files["webhooks/mandrill.yaml"] = """
      incoming: stock
      methods: [POST, HEAD]
      pre_processors:
        - type: sender
          sender: mandrill
          secrets: [{secret: mandrill, pending: true}]
      """
    try Site.open(files) { site in
      func send() throws -> Int {
        try site.post(
          "/webhook/mandrill", Array("mandrill_events=%5B%7B%7D%5D".utf8),
          headers: [
            "X-Mandrill-Signature: bm8=", "Content-Type: application/x-www-form-urlencoded",
          ]
        ).status
      }
      #expect(try send() == 503)
      // The sender's probe works before there is a key.
      #expect(try site.send("HEAD", "/webhook/mandrill").status == 200)
      let checked = try site.command("check")
      #expect(checked.status == 0)
      #expect(
        checked.text.contains("secrets/mandrill is not there yet, and deliveries are answered 503"))
      #expect(checked.text.contains("levelwind webhook secret add mandrill"))
      #expect(try site.command("webhook", "list").text.contains("mandrill  waiting"))
      #expect(try site.command("webhook", "show", "mandrill").text.contains("NOT THERE YET"))
      let file = try site.folder.write("key-of-mandrill\n", to: "key")
      let added = try Tool.run(
        Site.levelwind,
        [
          "webhook", "secret", "add", "mandrill", "--secret-file", file.path, "--config",
          site.configuration,
        ])
      #expect(added.status == 0, "\(added.errors)")
      #expect(
        added.text.hasPrefix("Made secrets/mandrill.\nThe responder has loaded the change.\n"),
        "\(added.text)")
      #expect(try send() == 401)
      #expect(try site.command("webhook", "test", "mandrill").status == 0)
      let sent = try Tool.run(
        Site.levelwind,
        [
          "webhook", "test", "mandrill", "--send", "--ca-file",
          site.folder("tls/fullchain.pem").path,
        ]
          + ["--config", site.configuration])
      #expect(sent.status == 0, "\(sent.errors)")
      #expect(site.tasks("stock").count == 1)
      #expect(!site.folder.text("log/responder.log").contains("key-of-mandrill"))
    }
  }
}
