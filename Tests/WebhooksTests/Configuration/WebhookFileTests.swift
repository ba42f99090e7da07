import Testing

@testable import Webhooks

@Suite struct WebhookFileTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let what: String
    let yaml: String
    let lines: [String]
    var testDescription: String { what }
  }

  static let mistakes = [
    Mistake(
      what: "unknown key, with what was probably meant",
      yaml: rightWebhook + "methodes: [POST]\n",
      lines: [
        "webhooks/a.yaml:3:1: methodes: unknown key, expected one of name, description, disabled, "
          + "methods, incoming, additional_incoming, logging, history, pre_processors, "
          + "post_processors, response, public_url, delivery_id_header, "
          + "delivery_id, expect_every, created "
          + "(did you mean \"methods\"?)"
      ]),
    Mistake(
      what: "a key of an earlier version, with what took its place",
      yaml: rightWebhook + "keep_refused: {count: 10}\n",
      lines: [
        "webhooks/a.yaml:3:1: keep_refused: unknown key, expected history: {for: 7d, bytes: 1GiB} "
          + "in its place"
      ]),
    Mistake(
      what: "keys that have to be there",
      yaml: "name: A\n",
      lines: [
        "webhooks/a.yaml:1:1: incoming: missing, "
          + "expected the identifier of an incoming configuration",
        "webhooks/a.yaml:1:1: pre_processors: missing, "
          + "expected a list of pre-processors ([] means that anyone may send)",
      ]),
    Mistake(
      what: "an empty file", yaml: "",
      lines: [
        "webhooks/a.yaml:1:1: incoming: missing, "
          + "expected the identifier of an incoming configuration",
        "webhooks/a.yaml:1:1: pre_processors: missing, "
          + "expected a list of pre-processors ([] means that anyone may send)",
      ]),
    Mistake(
      what: "a key without a value",
      yaml: "incoming: stock\npre_processors:\n",
      lines: [
        "webhooks/a.yaml:2:16: pre_processors: "
          + "expected a list of pre-processors ([] means that anyone may send), found nothing"
      ]),
    Mistake(
      what: "not a mapping", yaml: "- incoming: stock\n",
      lines: ["webhooks/a.yaml:1:1: expected a mapping, a webhook, found a list"]),
    Mistake(
      what: "a yes for a boolean", yaml: rightWebhook + "disabled: yes\n",
      lines: [
        "webhooks/a.yaml:3:11: disabled: expected true or false, found \"yes\" "
          + "(did you mean \"true\"?)"
      ]),
    Mistake(
      what: "a boolean in quotes", yaml: rightWebhook + "disabled: \"true\"\n",
      lines: [
        "webhooks/a.yaml:3:11: disabled: expected true or false without quotes, "
          + "found the text \"true\""
      ]),
    Mistake(
      what: "a boolean in capitals", yaml: rightWebhook + "logging: True\n",
      lines: ["webhooks/a.yaml:3:10: logging: expected true, false, or a mapping, found \"True\""]),
    Mistake(
      what: "a method that there isn't", yaml: rightWebhook + "methods: [POST, PSOT, post]\n",
      lines: [
        "webhooks/a.yaml:3:17: methods[1]: expected one of GET, HEAD, POST, PUT, PATCH, DELETE, "
          + "OPTIONS, found \"PSOT\" (did you mean \"POST\"?)",
        "webhooks/a.yaml:3:23: methods[2]: expected one of GET, HEAD, POST, PUT, PATCH, DELETE, "
          + "OPTIONS, found \"post\" (did you mean \"POST\"?)",
      ]),
    Mistake(
      what: "a value where a list is wanted", yaml: rightWebhook + "methods: POST\n",
      lines: [
        "webhooks/a.yaml:3:10: methods: expected a list of HTTP methods, found \"POST\" "
          + "(did you mean \"[POST]\"?)"
      ]),
    Mistake(
      what: "an empty list", yaml: rightWebhook + "methods: []\n",
      lines: [
        "webhooks/a.yaml:3:10: methods: expected a list of HTTP methods, found an empty list"
      ]),
    Mistake(
      what: "a list that repeats", yaml: rightWebhook + "methods: [PUT, PUT]\n",
      lines: ["webhooks/a.yaml:3:16: methods[1]: PUT is given twice"]),
    Mistake(
      what: "an incoming configuration that there isn't",
      yaml: "incoming: stok\nadditional_incoming: [Stock, audit]\npre_processors: []\n",
      lines: [
        "webhooks/a.yaml:1:11: incoming: there is no incoming/stok.yaml, only stock; "
          + "levelwind incoming create stok makes it (did you mean \"stock\"?)",
        "webhooks/a.yaml:2:23: additional_incoming[0]: expected the identifier of an incoming "
          + "configuration (a-z, 0-9 and inner hyphens), found \"Stock\" "
          + "(did you mean \"stock\"?)",
        "webhooks/a.yaml:2:30: additional_incoming[1]: there is no incoming/audit.yaml, only stock; "
          + "levelwind incoming create audit makes it",
      ]),
    Mistake(
      what: "the same incoming configuration twice",
      yaml: rightWebhook + "additional_incoming: [stock]\n",
      lines: ["webhooks/a.yaml:3:22: additional_incoming: stock is listed already, as incoming"]),
    Mistake(
      what: "a name of two lines", yaml: rightWebhook + "name: \"a\\nb\"\n",
      lines: ["webhooks/a.yaml:3:7: name: expected a line of text, found the text \"a\\u{a}b\""]),
    Mistake(
      what: "a mapping for a text", yaml: rightWebhook + "name: {a: b}\n",
      lines: ["webhooks/a.yaml:3:7: name: expected a line of text, found a mapping"]),
    Mistake(
      what: "a header name with a colon", yaml: rightWebhook + "delivery_id_header: 'X-Id:'\n",
      lines: [
        "webhooks/a.yaml:3:21: delivery_id_header: expected the name of a header, "
          + "found the text \"X-Id:\""
      ]),
    Mistake(
      what: "a URL without scheme", yaml: rightWebhook + "public_url: hooks.example.org/a\n",
      lines: [
        "webhooks/a.yaml:3:13: public_url: expected an https:// URL without query and fragment, "
          + "found \"hooks.example.org/a\" (did you mean \"https://hooks.example.org/a\"?)"
      ]),
    Mistake(
      what: "a URL with a query", yaml: rightWebhook + "public_url: https://a.example/?b\n",
      lines: [
        "webhooks/a.yaml:3:13: public_url: expected an https:// URL without query and fragment, "
          + "found \"https://a.example/?b\""
      ]),
    Mistake(
      what: "a pre-processor of no kind",
      yaml: "incoming: stock\npre_processors:\n  - type: haeder\n    name: X-Secret\n",
      lines: [
        "webhooks/a.yaml:3:11: pre_processors[0].type: expected one of sender, signature, "
          + "header, basic_auth, query_token, body_field, jwt, client_certificate, addresses, "
          + "content_types, match, any_of, challenge, replay, found \"haeder\" (did you mean \"header\"?)"
      ]),
    Mistake(
      what: "a pre-processor without its kind, and one that is a word",
      yaml: "incoming: stock\npre_processors:\n  - name: X-Secret\n  - header\n",
      lines: [
        "webhooks/a.yaml:3:5: pre_processors[0].type: missing, "
          + "expected one of sender, signature, header, basic_auth, query_token, body_field, jwt, "
          + "client_certificate, addresses, content_types, match, any_of, challenge, replay",
        "webhooks/a.yaml:4:5: pre_processors[1]: expected a pre-processor with its type, "
          + "found \"header\"",
      ]),
    Mistake(
      what: "several mistakes are all told",
      yaml: "disabled: 1\nincoming: [stock]\nlogging: on\npre_processors: []\n",
      lines: [
        "webhooks/a.yaml:1:11: disabled: expected true or false, found \"1\"",
        "webhooks/a.yaml:2:11: incoming: expected the identifier of an incoming configuration, "
          + "found a list",
        "webhooks/a.yaml:3:10: logging: expected true, false, or a mapping, found \"on\" "
          + "(did you mean \"true\"?)",
      ]),
  ]

  @Test(arguments: mistakes)
  func `a mistake is told with file, line, key and what was expected`(_ mistake: Mistake) throws {
    let files = try ConfigurationFiles([
      "webhooks/a.yaml": mistake.yaml, "incoming/stock.yaml": "",
    ])
    #expect(files.problems() == mistake.lines)
  }

  @Test func `a webhook has everything that its file says`() throws {
    let files = try ConfigurationFiles([
      "levelwind.yaml": "base_url: https://hooks.example.org/\n",
      "incoming/stock.yaml": "name: Stock\ndescription: Levels.\n", "incoming/audit.yaml": "",
      "webhooks/erp-stock.yaml": """
      name: 012
      description: |
        Two
        lines.
      methods: [POST, PUT]
      incoming: stock
      additional_incoming: [audit]
      logging: true
      pre_processors:
        - {type: addresses, allow: [192.0.2.0/24]}
      delivery_id_header: X-Delivery
      """,
    ])
    let loading = files.load()
    #expect(loading.problems == [])
    guard case .ready(let webhook) = loading.snapshot?.entry(for: "erp-stock".utf8) else {
      Issue.record("not ready")
      return
    }
    #expect(webhook.name == "012")
    #expect(webhook.description == "Two\nlines.\n")
    #expect(webhook.methods == ["POST", "PUT"])
    #expect(webhook.incoming.map(\.identifier.text) == ["stock", "audit"])
    #expect(webhook.incoming.map(\.name) == ["Stock", "audit"])
    #expect(webhook.isLogging)
    #expect(!webhook.isDisabled)
    #expect(webhook.preProcessors.count == 1)
    #expect(webhook.deliveryIDHeader == "x-delivery")
    #expect(webhook.publicURL == "https://hooks.example.org/webhook/erp-stock")
    #expect(webhook.response == .usual)
  }

  @Test func `what a file leaves out has its default`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "", "webhooks/erp.yaml": rightWebhook,
    ])
    guard case .ready(let webhook) = files.load().snapshot?.entry(for: "erp".utf8) else {
      Issue.record("not ready")
      return
    }
    #expect(webhook.name == "erp")
    #expect(webhook.description == "")
    #expect(webhook.methods == ["POST"])
    #expect(!webhook.isLogging)
    #expect(webhook.preProcessors.isEmpty)
    #expect(webhook.deliveryIDHeader == nil)
    #expect(webhook.publicURL == nil)
  }

  @Test(arguments: ["name: 012", "name: no", "name: 1:30", "name: ~", "name: null", "name: 0x1F"])
  func `a plain scalar where text is wanted is its text`(_ line: String) throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "", "webhooks/a.yaml": rightWebhook + line + "\n",
    ])
    guard case .ready(let webhook) = files.load().snapshot?.entry(for: "a".utf8) else {
      Issue.record("not ready")
      return
    }
    #expect("name: \(webhook.name)" == line)
  }
}
