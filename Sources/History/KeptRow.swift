import Bytes

/// The id of a delivery: the 128 bits of a UUID. Ids sort by the moment of arrival.
package struct DeliveryKey: Sendable, Hashable, Comparable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The lowest key of a moment, in milliseconds since 1970. Bounded to what 48 bits hold.
  package init(milliseconds: Int) {
    self.init(high: UInt64(max(0, min(milliseconds, 1 << 48 - 1))) << 16, low: 0)
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    let number = { (range: Range<Int>) in bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(high: number(0..<8), low: number(8..<16))
  }

  var bytes: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - $0 % 8 * 8)) }
  }

  package static func < (a: DeliveryKey, b: DeliveryKey) -> Bool {
    (a.high, a.low) < (b.high, b.low)
  }
}

/// A delivery as the history keeps it.
package struct KeptRow: Sendable, Equatable {
  /// The id of the delivery.
  package var key: DeliveryKey
  /// The way in which it ended, in a word.
  package var outcome: String
  /// The status of its answer.
  package var status: Int
  /// The check that refused it; nil if it wasn't refused.
  package var check: String?
  /// The sender's own id of it; nil if it has none.
  package var senderID: String?
  /// The trace that it belongs to.
  package var trace: TraceID
  /// The sender's address.
  package var remote: String
  /// All that is known of it besides its request, as one JSON object.
  package var facts: [UInt8]
  /// The head of its request as an HTTP/1.1 message, up to and with the empty line.
  package var head: [UInt8]
  /// The body of its request; nil if it isn't kept.
  package var body: [UInt8]?

  /// Creates a row. Each argument is described at its property.
  package init(
    key: DeliveryKey, outcome: String, status: Int, check: String?, senderID: String?,
    trace: TraceID, remote: String, facts: [UInt8], head: [UInt8], body: [UInt8]?
  ) {
    self.key = key
    self.outcome = outcome
    self.status = status
    self.check = check
    self.senderID = senderID
    self.trace = trace
    self.remote = remote
    self.facts = facts
    self.head = head
    self.body = body
  }
}
