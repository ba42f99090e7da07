import Bytes
import Dispatch
import Verification

/// The writer of rejected deliveries, for webhooks that ask for it (`keep_refused`). It writes
/// after the answer.
///
/// No delivery waits for it. A delivery that comes while too much waits to be written isn't kept,
/// but counted.
public final class RefusedKeeper: Sendable {
  private struct Waiting {
    var count = 0
    var bytes = 0
  }

  // The most deliveries, and bytes of bodies, that wait to be written. One delivery of any size may
  // wait alone.
  static let mostWaiting = 64
  private static let mostBytes = 16 << 20
  private let state: String
  private let waiting = Mutex(Waiting())
  private let rings = Mutex<[String: RefusedRing]>([:])
  private let unkeptCount = Counter()
  private let queue: DispatchQueue

  /// - Parameter state: The path of the state directory.
  public convenience init(state: String) {
    self.init(state: state, queue: DispatchQueue(label: "refused"))
  }

  /// Creates a keeper. `state` is the path of the state directory, and the serial `queue` writes.
  init(state: String, queue: DispatchQueue) {
    self.state = state
    self.queue = queue
  }

  /// The number of deliveries that should have been kept and weren't: too large, too many waiting,
  /// or no room on the disk.
  public var unkept: Int { unkeptCount.value }

  /// Keeps a delivery if it was rejected, its rejection is worth keeping and its webhook asks for
  /// it.
  func note(_ entry: DeliveryLog.Entry) {
    guard case .rejected(let rejection) = entry.decision.verdict, rejection.isWorthKeeping,
      let webhook = entry.decision.webhook, let rule = webhook.keepRefused
    else { return }
    let bytes = entry.request.body.count
    guard bytes <= rule.bytes, take(bytes) else { return unkeptCount.count() }
    queue.async { [self] in
      defer { giveBack(bytes) }
      let message = RefusedMessage.bytes(of: entry.request, without: webhook.secretPlaces)
      let verdict = RejectionVerdict(entry, rejection, webhook)
      let isKept = rings.withLock { rings in
        rings[verdict.webhook, default: RefusedRing(folder: folder(of: verdict.webhook))].add(
          verdict.delivery, message: message, verdict: verdict.json, within: rule)
      }
      if !isKept { unkeptCount.count() }
    }
  }

  /// Waits until every delivery noted before this call is written, but no longer than `time`,
  /// because a disk may hang.
  public func finish(within time: DispatchTimeInterval = .seconds(60)) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + time)
  }

  private func folder(of webhook: String) -> String {
    "\(KeptRejections.folder(state: state))/\(webhook)"
  }

  private func take(_ bytes: Int) -> Bool {
    waiting.withLock { waiting in
      guard
        waiting.count == 0
          || waiting.count < Self.mostWaiting && waiting.bytes + bytes <= Self.mostBytes
      else { return false }
      waiting.count += 1
      waiting.bytes += bytes
      return true
    }
  }

  private func giveBack(_ bytes: Int) {
    waiting.withLock { waiting in
      waiting.count -= 1
      waiting.bytes -= bytes
    }
  }
}

extension Rejection {
  /// Whether the request is whole and a person may want to accept it. Its sender sends a temporary
  /// rejection again by itself.
  fileprivate var isWorthKeeping: Bool {
    switch cause {
    case .method, .unverified, .forbidden, .unsupported: true
    case .unknown, .disabled, .tooLarge, .unreadable, .unavailable: false
    }
  }
}
