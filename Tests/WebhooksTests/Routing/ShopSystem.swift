import Testing

/// A system that sends every mutation of every entity to one webhook, with four incoming
/// configurations that take one entity each. The payloads have the shape that the system documents.
struct ShopSystem: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The configurations in YAML, by identifier.
  let incoming: [String: String]
  let deliveries: [Delivery]

  struct Delivery: Sendable {
    var headers: [String: String] = [:]
    let body: String
    /// The bodies of the tasks, by incoming configuration. A configuration without tasks is
    /// missing.
    let tasks: [String: [String]]
  }

  /// Returns a delivery that becomes the same task at several incoming configurations.
  private static func whole(
    _ body: String, _ incoming: String..., headers: [String: String] = [:]
  ) -> Delivery {
    let tasks = incoming.map { ($0, [body]) }
    return Delivery(headers: headers, body: body, tasks: Dictionary(uniqueKeysWithValues: tasks))
  }

  static let all = [shopify, magento, exactOnline, businessCentral, bigCommerce, github]

  private static func topic(_ pattern: String) -> String {
    #"filter: .data.headers["x-shopify-topic"] | test("\#(pattern)")"#
  }

  static let shopify = ShopSystem(
    testDescription: "Shopify",
    incoming: [
      "orders": topic("^orders/"), "products": topic("^products/"),
      "stock": topic("^inventory_levels/"), "audit": "",
    ],
    deliveries: [
      whole(
        #"{"id":820982911946154508,"email":"jon@example.com","total_price":"403.00","line_items":[{"id":866550311766439020,"sku":"IPOD2008PINK","quantity":1}]}"#,
        "orders", "audit", headers: ["X-Shopify-Topic": "orders/create"]),
      whole(
        #"{"id":788032119674292922,"title":"Example T-Shirt","variants":[{"id":642667041472713922,"price":"19.99"}]}"#,
        "products", "audit", headers: ["X-Shopify-Topic": "products/update"]),
      whole(
        #"{"inventory_item_id":271878346596884015,"location_id":24826418,"available":7}"#,
        "stock", "audit", headers: ["X-Shopify-Topic": "inventory_levels/update"]),
      whole(
        #"{"id":706405506930370084}"#, "audit", headers: ["X-Shopify-Topic": "customers/delete"]),
    ])

  private static func event(_ name: String) -> String {
    "filter: .data.body.event.eventCode | endswith(\"\(name)\")"
  }

  static let magento = ShopSystem(
    testDescription: "Magento (Adobe Commerce)",
    incoming: [
      "orders": event("sales_order_save_after"), "products": event("catalog_product_save_after"),
      "stock": event("cataloginventory_stock_item_save_after"), "audit": "",
    ],
    deliveries: [
      whole(
        #"{"event":{"eventCode":"com.adobe.commerce.observer.sales_order_save_after","value":{"entity_id":"12","increment_id":"000000012","grand_total":64.50}}}"#,
        "orders", "audit"),
      whole(
        #"{"event":{"eventCode":"com.adobe.commerce.observer.catalog_product_save_after","value":{"sku":"24-MB01","price":"34.0000"}}}"#,
        "products", "audit"),
      whole(
        #"{"event":{"eventCode":"com.adobe.commerce.observer.cataloginventory_stock_item_save_after","value":{"product_id":"1","qty":100.0000}}}"#,
        "stock", "audit"),
    ])

  private static func content(_ topic: String) -> String {
    "filter: .data.body.Content.Topic == \"\(topic)\""
  }

  static let exactOnline = ShopSystem(
    testDescription: "Exact Online",
    incoming: [
      "orders": content("SalesOrders"), "products": content("Items"),
      "stock": content("StockPositions"), "customers": content("Accounts"),
    ],
    deliveries: [
      whole(
        #"{"Content":{"Topic":"Items","ClientId":"2ac85f42","Division":4001,"Action":"Update","Key":"0d6f3c65-0c5c-4f1e-8f0e-2e0a7d1a9a11","ExactOnlineEndpoint":"https://start.exactonline.nl/api/v1/4001/logistics/Items(guid'0d6f3c65')","EventCreatedOn":"2026-11-23T18:49:06.123"},"HashCode":"9F86D0"}"#,
        "products"),
      whole(
        #"{"Content":{"Topic":"Accounts","Division":4001,"Action":"Delete","Key":"6b3c"},"HashCode":"AA"}"#,
        "customers"),
      whole(
        #"{"Content":{"Topic":"StockPositions","Division":4001,"Action":"Update","Key":"77"},"HashCode":"AB"}"#,
        "stock"),
      whole(
        #"{"Content":{"Topic":"FinancialTransactions","Action":"Create","Key":"1"},"HashCode":"AC"}"#
      ),
    ])

  private static func resource(_ name: String) -> String {
    "parser:\n  type: json\n  items: '.data.body.value[] | select(.resource | test(\"/\(name)\\\\(\"))'\n"
      + "subject: .data.body.resource\n"
  }

  private static let item =
    #"{ "subscriptionId": "4f3e1a", "clientState": "s", "expirationDateTime": "2026-11-26T07:52:31Z", "resource": "api/v2.0/companies(b18a)/items(26814998-936a)", "changeType": "updated", "lastModifiedDateTime": "2026-11-23T18:49:06.123Z" }"#
  private static let customer =
    #"{"subscriptionId":"c7","clientState":"s","resource":"api/v2.0/companies(b18a)/customers(26814998-936c)","changeType":"deleted","lastModifiedDateTime":"2026-11-23T18:49:07Z"}"#
  private static let order =
    #"{"subscriptionId":"o1","clientState":"s","resource":"api/v2.0/companies(b18a)/salesOrders(1)","changeType":"created","lastModifiedDateTime":"2026-11-23T18:49:08Z"}"#

  static let businessCentral = ShopSystem(
    testDescription: "Business Central, several subscriptions in one POST",
    incoming: [
      "orders": resource("salesOrders"), "products": resource("items"),
      "customers": resource("customers"), "audit": "",
    ],
    deliveries: [
      batch("\u{feff}{\"value\":[\(item),\r\n\(customer), \(order) ,\(item)]}"),
      Delivery(body: #"{"value":[]}"#, tasks: ["audit": [#"{"value":[]}"#]]),
    ])

  private static func batch(_ body: String) -> Delivery {
    // With its byte-order mark, the batch isn't JSON, and its body is text.
    let text =
      "\""
      + body.replacing("\"", with: "\\\"").replacing("\r\n", with: "\\r\\n")
      + "\""
    return Delivery(
      body: body,
      tasks: [
        "orders": [order], "products": [item, item], "customers": [customer], "audit": [text],
      ])
  }

  private static func scope(_ start: String) -> String {
    "filter: .data.body.scope | startswith(\"store/\(start)/\")\ntype: '\"com.bigcommerce.\" + .data.body.scope'"
  }

  static let bigCommerce = ShopSystem(
    testDescription: "BigCommerce",
    incoming: [
      "orders": scope("order"), "products": scope("product"), "stock": scope("sku"),
      "customers": scope("customer"),
    ],
    deliveries: [
      whole(
        #"{"scope":"store/order/updated","store_id":"1025646","data":{"type":"order","id":250},"hash":"dd70c0976e06b67aaf671e73f49dcb79230ebf9d","created_at":1561479335,"producer":"stores/abcde"}"#,
        "orders"),
      whole(
        #"{"scope":"store/product/inventory/updated","data":{"type":"product","id":206,"inventory":{"product_id":206,"method":"absolute","value":5}}}"#,
        "products"),
      whole(
        #"{"scope":"store/customer/created","data":{"type":"customer","id":32}}"#, "customers"),
      whole(#"{"scope":"store/cart/created","data":{"type":"cart","id":"09346904"}}"#),
    ])

  private static func named(_ event: String) -> String {
    "filter: .data.headers[\"x-github-event\"] == \"\(event)\""
  }

  static let github = ShopSystem(
    testDescription: "GitHub",
    incoming: [
      "pushes": named("push"), "issues": named("issues"),
      "commits": named("push") + "\nparser: {type: json, items: \".data.body.commits[]\"}",
      "merged": """
      filter: .data.headers["x-github-event"] == "pull_request" and .data.body.pull_request.merged
      """,
    ],
    deliveries: [
      Delivery(
        headers: ["X-GitHub-Event": "push"],
        body:
          #"{"ref":"refs/heads/main","commits":[{"id":"a1", "message":"One"},{"id":"b2","message":"Twö"}]}"#,
        tasks: [
          "pushes": [
            #"{"ref":"refs/heads/main","commits":[{"id":"a1", "message":"One"},{"id":"b2","message":"Twö"}]}"#
          ],
          "commits": [#"{"id":"a1", "message":"One"}"#, #"{"id":"b2","message":"Twö"}"#],
        ]),
      whole(
        #"{"action":"opened","issue":{"number":1}}"#, "issues",
        headers: ["X-GitHub-Event": "issues"]),
      whole(
        #"{"action":"closed","pull_request":{"merged":false}}"#,
        headers: ["X-GitHub-Event": "pull_request"]),
      whole(
        #"{"action":"closed","pull_request":{"merged":true}}"#, "merged",
        headers: ["X-GitHub-Event": "pull_request"]),
    ])
}
