import Foundation
import Testing

@testable import Harness

/// Routing through nginx: one webhook, four incoming configurations.
@Suite(.showingLogs) struct RoutingTests {
  private static func items(_ resource: String) -> String {
    """
    parser:
      type: json
      items: '.data.body.value[] | select(.resource | test("/\(resource)\\\\("))'
    subject: .data.body.resource

    """
  }

  private static let files = [
    "secrets/state": "a-long-enough-state",
    "incoming/orders.yaml": items("salesOrders"),
    "incoming/products.yaml": items("items"),
    "incoming/customers.yaml": items("customers"),
    "incoming/audit.yaml": "limits: {tasks: 2, when_full: skip}\n",
    "webhooks/bc.yaml": """
    incoming: orders
    additional_incoming: [products, customers, audit]
    logging: true
    pre_processors:
      - {type: sender, sender: business-central, secrets: [{secret: state}]}

    """,
  ]

  private static func notification(_ resource: String, _ more: String = "") -> String {
    #"{"subscriptionId":"s1","clientState":"a-long-enough-state","resource":"api/v2.0/companies(b18a)/\#(resource)", "changeType":"updated"\#(more)}"#
  }

  @Test func `several subscriptions in one POST go to their importers, byte for byte`() throws {
    try Site.open(Self.files) { site in
      let orders = [
        Self.notification("salesOrders(1)", #","n":123456789012345678901234567890"#),
        Self.notification("salesOrders(2)", #", "n" : 1.10"#),
      ]
      let item = Self.notification("items(7)")
      let body = "\u{feff}{\"value\": [\(orders[0]),\r\n \(item) ,\(orders[1])]}"
      for count in 1...3 {
        let reply = try site.post(
          "/webhook/bc", Array(body.utf8), headers: ["Content-Type: application/json"])
        #expect(reply.status == 200)
        #expect(reply.text.contains("\"tasks\":\(count < 3 ? 4 : 3)}"), "\(reply.text)")
      }
      #expect(site.tasks("orders").count == 6)
      #expect(site.tasks("products").count == 3)
      #expect(site.tasks("customers").isEmpty)
      #expect(site.tasks("audit").count == 2)
      for (file, order) in zip(site.tasks("orders"), orders) {
        let task = try Site.members(of: file)
        let data = try #require(task["data"] as? [String: Any])
        let length = try #require(data["bodyBytes"] as? Int)
        // As the manual says that importers get the exact bytes.
        let text = try Data(contentsOf: file)
        #expect(Array(text.suffix(length + 3).prefix(length)) == Array(order.utf8))
        #expect((task["subject"] as? String)?.contains("salesOrders(") == true)
        #expect(task["taskcount"] as? Int == 2)
      }
      let skipped = try site.logged(3).filter { $0["skipped"] != nil }
      #expect(skipped.count == 1)
      let broken = try site.post(
        "/webhook/bc", Array(#"{"value":[{"clientState":"a-long-enough-state"}]}"#.utf8),
        headers: ["Content-Type: application/json"])
      #expect(broken.status == 200)
      site.settle()
      #expect(site.folder.names(in: "spool/orders/failed").count == 2)
    }
  }
}
