import History
import Webhooks

/// A delivery in the history, with what is known of it.
public struct HistoryEntry: Sendable {
  /// What is known of it besides its request.
  public let facts: DeliveryFacts
  /// Its number: the place to go on from.
  public let number: Int
  /// Its facts as they are kept: one JSON object.
  public let factsText: [UInt8]
  /// The head of its request as an HTTP/1.1 message.
  public let head: [UInt8]
  /// The body of its request; nil if it isn't kept.
  public let body: [UInt8]?

  /// Reads an entry; nil if its facts can't be read.
  init?(_ found: HistorySearch.Found) {
    guard var facts = DeliveryFacts(found.row.facts) else { return nil }
    facts.webhook = found.webhook
    self.facts = facts
    number = found.number
    factsText = found.row.facts
    head = found.row.head
    body = found.row.body
  }

  /// The request as an HTTP/1.1 message, without what carries a secret.
  public var message: [UInt8] { head + (body ?? []) }
}
