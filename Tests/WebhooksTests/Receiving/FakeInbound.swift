import Bytes
import Dispatch
import Verification
import Webhooks

/// A request that stays in the process, and keeps its answer.
struct FakeInbound: Inbound {
  /// What became of a request, for the thread that waits for it.
  final class Fate: Sendable {
    private let answers = Mutex<[Answer]>([])
    private let isOver = DispatchSemaphore(value: 0)

    fileprivate func take(_ answer: Answer) { answers.withLock { $0.append(answer) } }
    fileprivate func end() { isOver.signal() }

    /// Waits for the end of the request, and returns its answers.
    func wait() -> [Answer] {
      isOver.wait()
      return answers.withLock { $0 }
    }
  }

  var head: Request
  var requestID: String? = "request-1"
  var announcedLength: Int?
  var arrived = ContinuousClock.now
  /// The bytes that come over the wire, whether or not their number is as announced.
  var wire: [UInt8]
  /// The answers, once the request was received.
  var answered: [Answer] = []
  var fate = Fate()
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

  func body(
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

  func answer(_ answer: Answer) { fate.take(answer) }

  consuming func end() { fate.end() }
}
