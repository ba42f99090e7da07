import AdministrationMessages

/// A table of deliveries.
enum DeliveryTable {
  static func table(
    _ caption: String, _ lines: [DeliveriesShown.Line], hasWebhook: Bool
  ) -> HTML {
    let columns: [Parts.Column] =
      [.init("Time")] + (hasWebhook ? [.init("Webhook")] : [])
      + [
        .init("Verdict"), .init("Status", isNumber: true), .init("What"), .init("From"),
        .init("Sender's id"), .init("Bytes", isNumber: true),
      ]
    let rows = lines.map { line -> [HTML] in
      let webhook: [HTML] =
        hasWebhook ? ["<a href=\"\(Link.webhook(line.webhook))\">\(line.webhook)</a>"] : []
      let again: HTML? = line.isBroughtBack ? "brought back; " : nil
      return ["<a href=\"\(Link.delivery(line.id))\">\(time: line.time)</a>"] + webhook + [
        Parts.tag(line.verdict), "\(line.status)", "\(again)\(sender: line.why)",
        "\(sender: line.remote)", "\(sender: line.senderID ?? "")", "\(line.bytes.grouped)",
      ]
    }
    return Parts.table(caption, columns, rows)
  }
}
