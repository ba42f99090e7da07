/// The configuration that most tests use.
enum Sample {
  static let secret = "correct-horse-battery-staple"
  /// The headers that prove a request to `erp` genuine, and say that it is JSON.
  static let genuine = ["X-Webhook-Secret: \(secret)", "Content-Type: application/json"]

  static let files = [
    "secrets/erp": secret + "\n",
    "incoming/stock.yaml": "name: Stock\n",
    "incoming/audit.yaml": "name: Audit\n",
    "webhooks/erp.yaml": webhook(),
    "webhooks/both.yaml": webhook("additional_incoming: [audit]\n"),
    "webhooks/off.yaml": webhook("disabled: true\n"),
    "webhooks/open.yaml": "name: Open\nincoming: stock\nlogging: true\npre_processors: []\n",
  ]

  /// Returns a webhook for `stock` that takes deliveries with the secret of `erp`.
  static func webhook(_ more: String = "") -> String {
    """
    name: ERP Stock
    incoming: stock
    logging: true
    pre_processors:
      - type: header
        name: X-Webhook-Secret
        secrets: [{secret: erp}]
    \(more)
    """
  }
}
