import History
import Spooling
import Webhooks

/// Hands deliveries to the writer of the history.
struct HistoryKeeper: DeliveryHistory {
  private let writer: HistoryWriter
  /// The bytes that a delivery holds in memory besides its body, roughly.
  private static let overhead = 4096

  init(_ writer: HistoryWriter) { self.writer = writer }

  func keep(_ delivery: KeptDelivery, by rule: HistoryRule) {
    let keepsBody = rule.keepsBodies && delivery.bodyBytes <= rule.bytes / 4
    if rule.keepsBodies, !keepsBody { writer.lose(1, .body) }
    writer.keep(
      in: delivery.webhook, delivery.isVerified ? .verified : .refused,
      bytes: Self.overhead + (keepsBody ? delivery.bodyBytes : 0)
    ) {
      KeptRow(
        key: DeliveryKey(high: delivery.id.high, low: delivery.id.low), outcome: delivery.outcome,
        status: delivery.status, check: delivery.check, senderID: delivery.senderDelivery,
        trace: delivery.trace, remote: delivery.remote, facts: delivery.facts, head: delivery.head,
        body: keepsBody ? delivery.body : nil)
    }
  }
}

extension Settings {
  /// What the histories of a configuration may take.
  func historyLimits(_ snapshot: Snapshot) -> HistoryLimits {
    var webhooks: [String: HistoryLimits.Bounds] = [:]
    for (identifier, entry) in snapshot.webhooks {
      guard case .ready(let webhook) = entry, let rule = webhook.history else { continue }
      webhooks[identifier.text] = HistoryLimits.Bounds(
        seconds: Int(rule.time.components.seconds), bytes: rule.bytes)
    }
    return HistoryLimits(webhooks: webhooks, bytes: historyBytes, minFree: minFreeBytes)
  }
}

extension StatusFile.History {
  init(_ status: HistoryWriter.Status) {
    self.init(
      kept: status.kept,
      lost: Dictionary(uniqueKeysWithValues: status.lost.map { ($0.rawValue, $1) }),
      problem: status.problem, bytes: status.bytes, damaged: status.damaged)
  }
}
