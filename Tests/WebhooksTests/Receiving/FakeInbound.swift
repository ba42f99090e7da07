import Verification
import Webhooks

/// A request that stays in the process, and keeps its answer.
struct FakeInbound: Inbound {
  var head: Request
  var requestID: String? = "request-1"
  var announcedLength: Int?
  var arrived = ContinuousClock.now
  /// The bytes that come over the wire, whether or not their number is as announced.
  var wire: [UInt8]
  var answered: [Answer] = []
  /// Called while a body without a length is read, after its memory was reserved.
  var whileHeld: @Sendable () -> Void = {}

  init(
    _ method: String = "POST", _ path: String, headers: [(name: String, value: String)] = [],
    body: String = "{}", query: String = ""
  ) {
    wire = Array(body.utf8)
    announcedLength = wire.count
    head = Request(
      method: method, path: Array(path.utf8), query: Array(query.utf8),
      headers: Headers(headers), remote: "192.0.2.7")
  }

  mutating func body(
    limit: Int, reserve: (Int) throws(Rejection) -> Void
  ) throws(Rejection) -> [UInt8] {
    guard let announcedLength else {
      try reserve(wire.count)
      whileHeld()
      return wire
    }
    guard wire.count == announcedLength else {
      throw Rejection(.unreadable, check: "body", "cut")
    }
    return wire
  }

  mutating func answer(_ answer: Answer) { answered.append(answer) }
}
