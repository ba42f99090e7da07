import Dispatch

/// Keeps the refused deliveries of webhooks that ask for it (`keep_refused`), behind their answers.
///
/// No delivery waits for it. What comes while too much waits to be written is not kept, and counted.
public final class RefusedKeeper: Sendable {
  private struct Waiting {
    var count = 0
    var bytes = 0
  }

  static let mostWaiting = 64
  private static let mostBytes = 16 << 20
  private let state: String
  private let waiting = Mutex(Waiting())
  private let rings = Mutex<[String: RefusedRing]>([:])
  private let unkeptCount = Tally()
  private let queue: DispatchQueue

  /// - Parameter state: the state directory.
  public convenience init(state: String) {
    self.init(state: state, queue: DispatchQueue(label: "refused"))
  }

  /// - Parameter queue: a serial one, which they are written on.
  init(state: String, queue: DispatchQueue) {
    self.state = state
    self.queue = queue
  }

  /// How many were to be kept and could not be: too large, too many at once, or no room on the disk.
  public var unkept: Int { unkeptCount.value }

  /// Keeps a delivery if it is one that is to be kept.
  func note(_ entry: DeliveryLog.Entry) {
    guard case .rejected(let rejection) = entry.decision.verdict, rejection.isWorthKeeping,
      let webhook = entry.decision.webhook, let rule = webhook.keepRefused
    else { return }
    let bytes = entry.request.body.count
    guard bytes <= rule.bytes, take(bytes) else { return unkeptCount.count() }
    queue.async { [self] in
      defer { giveBack(bytes) }
      let message = RefusedMessage.bytes(of: entry.request, without: webhook.secretPlaces)
      let verdict = RefusalVerdict(entry, rejection, webhook)
      let isKept = rings.withLock { rings in
        rings[verdict.webhook, default: RefusedRing(folder: folder(of: verdict.webhook))].add(
          verdict.delivery, message: message, verdict: verdict.json, within: rule)
      }
      if !isKept { unkeptCount.count() }
    }
  }

  /// Returns when what was to be kept until now is, or the time is over: a disk that hangs holds up no end.
  public func finish(within time: DispatchTimeInterval = .seconds(60)) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + time)
  }

  private func folder(of webhook: String) -> String {
    "\(KeptRefusals.folder(state: state))/\(webhook)"
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
  /// Whether the request is whole, and its sender will not simply come again: a temporary refusal is
  /// none that anybody has to mend by hand.
  fileprivate var isWorthKeeping: Bool {
    switch cause {
    case .method, .unverified, .forbidden, .unsupported: true
    case .unknown, .disabled, .tooLarge, .unreadable, .unavailable: false
    }
  }
}
