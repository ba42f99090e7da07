import Bytes
import Foundation

@testable import Spooling

/// The example of design section 6, to vary.
enum TaskDocumentExample {
  static let deliveryID = UUIDv7(tick: 1_795_459_746_732 << 12, random: 0x42)

  static func delivery(
    senderDelivery: [UInt8]? = nil, path: [UInt8] = Array("/webhook/erp-stock".utf8),
    query: [UInt8] = [], headers: [(name: String, value: [UInt8])] = [],
    trace: TraceContext? = nil
  ) -> TaskDocument.Delivery {
    TaskDocument.Delivery(
      source: "https://hooks.example.org/webhook/erp-stock",
      time: Date(timeIntervalSince1970: 1_795_459_746.732456), webhook: "erp-stock",
      id: deliveryID, senderDelivery: senderDelivery, trace: trace, method: "POST", path: path,
      query: query, remote: "192.0.2.7", verified: "header:X-Webhook-Secret", headers: headers)
  }

  static func document(
    _ body: [UInt8], contentType: String, delivery: TaskDocument.Delivery = delivery()
  ) -> TaskDocument {
    TaskDocument(
      id: deliveryID.at(place: 1), incoming: "stock-updates", delivery: delivery,
      body: EncodedBody(body, contentType: Array(contentType.utf8)))
  }
}

extension TaskDocument {
  /// The whole file.
  var file: [UInt8] { Array(parts.joined()) }

  /// Returns the document as Foundation reads it.
  func members() throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(file)) as? [String: Any] ?? [:]
  }

  /// Returns the member `data` as Foundation reads it.
  func data() throws -> [String: Any] { try members()["data"] as? [String: Any] ?? [:] }
}
