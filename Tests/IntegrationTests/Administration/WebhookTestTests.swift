import Foundation
import Testing

@testable import Harness

/// `levelwind webhook test`: examples that are signed as by the sender.
@Suite(.showingLogs) struct WebhookTestTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let name: String
    let check: String
    var secret = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtMTI="
    /// A part of the printed example.
    let shown: String
    var testDescription: String { name }
  }

  static let ways: [Way] = [
    Way(
      name: "header", check: "{type: header, name: X-S, prefix: 'Bearer ', secrets: [{secret: s}]}",
      shown: "x-s: (not shown)"),
    Way(
      name: "basic", check: "{type: basic_auth, secrets: [{secret: s}]}", secret: "kim:pass",
      shown: "authorization: (not shown)"),
    Way(
      name: "query", check: "{type: query_token, secrets: [{secret: s}]}", secret: "a b+c",
      shown: "?token=(not shown)"),
    Way(
      name: "field",
      check: "{type: body_field, path: 'value[].clientState', secrets: [{secret: s}]}",
      secret: "st\"ate", shown: #"{"value":[{"clientState":"#),
    Way(
      name: "hmac",
      check: "{type: signature, header: X-Sig, prefix: 'sha256=', secrets: [{secret: s}]}",
      shown: "x-sig: sha256="),
    Way(
      name: "standard-webhooks",
      check: "{type: sender, sender: standard-webhooks, secrets: [{secret: s}]}",
      shown: "webhook-signature: v1,"),
    Way(
      name: "stripe", check: "{type: sender, sender: stripe, secrets: [{secret: s}]}",
      shown: "stripe-signature: t="),
    Way(
      name: "github", check: "{type: sender, sender: github, secrets: [{secret: s}]}",
      shown: "x-github-event: levelwind.test"),
    Way(
      name: "shopify", check: "{type: sender, sender: shopify, secrets: [{secret: s}]}",
      shown: "x-shopify-hmac-sha256: "),
    Way(
      name: "slack", check: "{type: sender, sender: slack, secrets: [{secret: s}]}",
      shown: "x-slack-signature: v0="),
    Way(
      name: "twilio", check: "{type: sender, sender: twilio, secrets: [{secret: s}]}",
      shown: "x-twilio-signature: "),
    Way(
      name: "mailgun", check: "{type: sender, sender: mailgun, secrets: [{secret: s}]}",
      shown: #""event-data""#),
    Way(
      name: "jwt", check: "{type: jwt, algorithms: [HS256], secrets: [{secret: s}], issuers: [us]}",
      shown: "authorization: (not shown)"),
    Way(
      name: "netlify", check: "{type: sender, sender: netlify, secrets: [{secret: s}]}",
      shown: "x-webhook-signature: ey"),
    Way(
      name: "adyen", check: "{type: sender, sender: adyen, secrets: [{secret: s}]}",
      secret: "44782DEF547AAA06C910C43932B1EB0C", shown: "hmacsignature: "),
    Way(
      name: "contentful", check: "{type: sender, sender: contentful, secrets: [{secret: s}]}",
      shown: "x-contentful-signature: "),
    Way(
      name: "vipps", check: "{type: sender, sender: vipps, secrets: [{secret: s}]}",
      shown: "authorization: HMAC-SHA256 SignedHeaders="),
    Way(
      name: "salesforce", check: "{type: sender, sender: salesforce, secrets: [{secret: s}]}",
      secret: "00D000000000001", shown: "<OrganizationId>"),
    Way(
      name: "dropbox-sign", check: "{type: sender, sender: dropbox-sign, secrets: [{secret: s}]}",
      shown: "json=%7b%22event"),
    Way(
      name: "exact-online", check: "{type: sender, sender: exact-online, secrets: [{secret: s}]}",
      shown: #"{"Content":{"test":true"#),
    Way(
      name: "worldpay", check: "{type: sender, sender: worldpay-access, secrets: [{secret: s}]}",
      shown: "event-signature: 1/SHA256/"),
  ]

  @Test func `an example of each scheme is accepted, by explain and over the network`() throws {
    var files = ["incoming/stock.yaml": "name: Stock\n"]
    for way in Self.ways {
      files["webhooks/\(way.name).yaml"] =
        "incoming: stock\npre_processors:\n  - \(way.check.replacing("{secret: s}", with: "{secret: \(way.name)}"))\n"
      files["secrets/\(way.name)"] = way.secret + "\n"
    }
    try Site.open(files) { site in
      for way in Self.ways {
        let shown = try site.command("webhook", "test", way.name)
        #expect(shown.status == 0, "\(way.name): \(shown.errors)")
        #expect(shown.text.contains(way.shown), "\(shown.text)")
        if !["field", "salesforce"].contains(way.name) {
          #expect(!shown.text.contains(way.secret))
        }
        #expect(shown.errors == "levelwind: this would be answered 200\n")
        let whole = try site.command("webhook", "test", way.name, "--show-secrets")
        let explained = try Tool.run(
          Site.levelwind, ["explain", way.name, "--config", site.configuration], input: whole.output
        )
        #expect(explained.status == 0, "\(way.name): \(explained.text)\(explained.errors)")
        let sent = try site.command(
          "webhook", "test", way.name, "--send", "--ca-file", site.folder("tls/fullchain.pem").path)
        #expect(sent.status == 0, "\(way.name): \(sent.text)\(sent.errors)")
        #expect(
          sent.text.hasPrefix("200 from https://localhost:\(site.port)/webhook/\(way.name)\n"))
      }
      #expect(site.tasks("stock").count == Self.ways.count)
    }
  }

  @Test func `what only the sender can sign is said`() throws {
    try Administration.run([
      "incoming/stock.yaml": "name: Stock\n",
      "webhooks/sns.yaml":
        "incoming: stock\npre_processors: [{type: sender, sender: aws-sns, topics: ['arn:aws:sns:eu-west-1:1:t']}]\n",
      "webhooks/off.yaml": "incoming: stock\ndisabled: true\npre_processors: []\n",
    ]) { levelwind in
      let refused = try levelwind("webhook", "test", "sns")
      #expect(
        refused.status == 1 && refused.errors.contains("only the sender can"), "\(refused.errors)")
      #expect(try levelwind("webhook", "test", "off").errors.contains("is disabled"))
      #expect(try levelwind("webhook", "test", "none").status == 1)
    }
  }

  @Test func `a rejection is shown, and exits 1`() throws {
    try Administration.run([
      "incoming/stock.yaml": "name: Stock\n",
      "webhooks/far.yaml":
        "incoming: stock\npre_processors: [{type: addresses, allow: [192.0.2.0/24]}]\n",
    ]) { levelwind in
      let refused = try levelwind("webhook", "test", "far")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("this would be answered 403"), "\(refused.errors)")
    }
  }

  private static let open = [
    "incoming/stock.yaml": "name: Stock\nfilter: .data.headers[\"x-topic\"] == \"orders\"\n",
    "webhooks/shop.yaml": "incoming: stock\npre_processors: []\n",
  ]

  @Test func `a body may come through a pipe`() throws {
    try Administration.run(Self.open) { levelwind in
      let run = "exec \"$0\" webhook test shop --config \"$1\" --body <(printf '{\"a\":1}')"
      let shown = try Tool.run(
        "bash", ["-c", run, Site.levelwind, levelwind.folder("etc").path])
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(shown.text.hasSuffix("\r\n\r\n{\"a\":1}"), "\(shown.text)")
      let gone = try levelwind("webhook", "test", "shop", "--body", "/no/such/file")
      #expect(gone.status == 1)
      #expect(gone.errors.contains("/no/such/file can't be read: No such file or directory"))
    }
  }

  @Test func `a header may be given, such as the kind of event that a filter wants`() throws {
    try Site.open(Self.open) { site in
      func tasks(_ more: String...) throws -> Tool.Result {
        try site.command(
          ["webhook", "test", "shop", "--send", "--ca-file"]
            + [site.folder("tls/fullchain.pem").path] + more)
      }
      #expect(try tasks().text.contains("\"tasks\":0"))
      let wanted = try tasks("--header", "X-Topic: orders", "--header", "content-type:text/plain")
      #expect(wanted.text.contains("\"tasks\":1"), "\(wanted.text)\(wanted.errors)")
      let task = try #require(site.tasks("stock").first)
      let text = try String(contentsOf: task, encoding: .utf8)
      #expect(text.contains("\"contentType\":\"text/plain\""), "\(text)")
      #expect(try site.command("webhook", "test", "shop", "--header", "none").status == 64)
    }
  }

  @Test func `what keeps it from being sent is told at once, with the remedy`() throws {
    try Site.open(Self.open) { site in
      let start = ContinuousClock.now
      let untrusted = try site.command("webhook", "test", "shop", "--send")
      #expect(untrusted.status == 1)
      #expect(
        untrusted.errors
          == "levelwind: the certificate of localhost:\(site.port) is not trusted: no authority known "
          + "here signed it, or it is out of date; --ca-file FILE trusts a certificate authority "
          + "of your own\n")
      let port = try freePort()
      let refused = try site.command(
        "webhook", "test", "shop", "--send", "--url", "http://localhost:\(port)/hook")
      #expect(refused.status == 1)
      #expect(
        refused.errors.contains("nothing listens at localhost:\(port) (connection refused)"),
        "\(refused.errors)")
      let plain = try site.command(
        "webhook", "test", "shop", "--send", "--url", "https://localhost:\(site.plainPort)/hook")
      #expect(plain.errors.contains("doesn't speak TLS on this port"), "\(plain.errors)")
      let nowhere = try site.command(
        "webhook", "test", "shop", "--send", "--url", "http://nowhere.invalid/")
      #expect(nowhere.errors.contains("nowhere.invalid has no address"), "\(nowhere.errors)")
      // An attempt takes thirty seconds, so a repeated one would exceed this.
      #expect(ContinuousClock.now - start < .seconds(25))
    }
  }
}
