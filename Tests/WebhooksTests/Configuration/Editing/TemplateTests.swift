import Foundation
import Testing
import Verification

@testable import Webhooks

/// The files that commands write load as they are meant.
@Suite struct TemplateTests {
  @Test func `a webhook's file teaches, and says what was asked for`() throws {
    let identifier = try #require(Identifier("erp-stock"))
    let incoming = try #require(Identifier("stock"))
    var template = WebhookTemplate(
      identifier: identifier, name: "ERP: Stock", incoming: incoming, check: .header("X-Secret"))
    template.secret = "erp-stock"
    template.description = "Says \"hello\" # often"
    template.created = Date(timeIntervalSince1970: 1_795_000_000)
    template.additional = [try #require(Identifier("123"))]
    #expect(
      String(decoding: template.bytes, as: UTF8.self) == """
        # yaml-language-server: $schema=/usr/share/levelwind/schema/webhook.json
        # The file's name makes the URL, …/webhook/erp-stock. A change of the name below doesn't change it.
        # After a change: levelwind check, and levelwind reload.
        name: "ERP: Stock"
        description: "Says \\"hello\\" # often"
        created: 2026-11-18T11:06:40Z
        # true: senders get 404, as if the webhook did not exist (levelwind webhook disable erp-stock).
        disabled: false
        # Where the tasks go: incoming/stock.yaml. Each of additional_incoming gets its own tasks.
        incoming: stock
        additional_incoming: ["123"]
        # true: accepted deliveries are logged, too. Refused ones always are.
        logging: true
        # Deliveries are kept, and levelwind delivery finds them and brings them back.
        history: {for: 7d, bytes: 1GiB}
        # The checks that a delivery has to pass, in this order; man 5 levelwind-webhook has all kinds.
        pre_processors:
          - type: header
            name: X-Secret
            # Files in secrets/. There are two while a new secret replaces an old one:
            # levelwind webhook secret add erp-stock
            secrets:
              - {secret: erp-stock}

        """)
  }

  @Test func `every sender's file is YAML with its keys`() throws {
    let identifier = try #require(Identifier("a"))
    for sender in Sender.all {
      var template = WebhookTemplate(
        identifier: identifier, name: sender.title, incoming: identifier,
        check: .sender(sender, settings: [("tolerance", "5s")]))
      template.secret = "a"
      template.isPending = true
      let root = try YAMLDocument.parse(template.bytes)
      #expect(
        root.at([.key("name")])?.says(
          .init(line: 1, column: 1, content: YAMLScalar(sender.title).content)) == true)
      #expect(root.at([.key("pre_processors"), .index(0), .key("tolerance")]) != nil)
    }
  }
}
