import Bytes
import Dispatch

/// Writes deliveries into the history, on a thread of its own, behind the answers.
///
/// Nobody waits for it. What comes while too much waits to be written, or can't be written, isn't
/// kept, but counted.
package final class HistoryWriter: Sendable {
  /// The reasons why a delivery wasn't kept.
  package enum Loss: String, Sendable, CaseIterable {
    /// Too much waited to be written: more deliveries came than the disk takes.
    case queue
    /// The file system is near the free space that spools need.
    case space
    /// A file can't be written.
    case failed
    /// The body is larger than a quarter of what the webhook may keep: the rest is kept.
    case body
  }

  /// What is known of the writing.
  package struct Status: Sendable {
    /// How many deliveries were kept.
    package var kept = 0
    /// How many weren't, by reason.
    package var lost: [Loss: Int] = [:]
    /// The last failure in words; nil if there was none in the last ten minutes.
    package var problem: String?
    fileprivate var failed: ContinuousClock.Instant?
    /// The bytes of all parts at the last look.
    package var bytes = 0
    /// The damaged files that were set aside, by path.
    package var damaged: [String] = []
  }

  /// A delivery that waits to be written.
  struct Waiting: Sendable {
    let webhook: String
    let lane: Part.Lane
    let bytes: Int
    let make: @Sendable () -> KeptRow
  }

  private struct Queue {
    var waiting: [Waiting] = []
    var bytes = 0
    var isStopping = false
  }

  /// The most deliveries, and bytes, that wait. One of any size may wait alone.
  package static let mostWaiting = 16_384
  private static let mostBytes = 32 << 20
  /// How long deliveries are gathered for one transaction.
  private static let gathering = DispatchTimeInterval.milliseconds(200)
  private static let mostGathered = 512
  /// How long a failure is told of.
  private static let told = Duration.seconds(600)

  private let queue = Mutex(Queue())
  private let arrived = DispatchSemaphore(value: 0)
  private let enough = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()
  private let status_ = Mutex(Status())
  private let limits: Mutex<HistoryLimits>
  private let state: String
  private let report: @Sendable (String) -> Void
  private let packer = Rounds("history-pack")
  private let claims = PartClaims()

  /// Creates a writer, which does nothing before `start`.
  ///
  /// - Parameters:
  ///   - state: the path of the state directory.
  ///   - limits: what may be kept.
  ///   - report: takes a failure in words when it begins, and what was set aside.
  package init(
    state: String, _ limits: HistoryLimits, report: @escaping @Sendable (String) -> Void
  ) {
    self.state = state
    self.limits = Mutex(limits)
    self.report = report
  }

  /// What is known of the writing now.
  package var status: Status {
    status_.withLock { status in
      if let failed = status.failed, .now - failed > Self.told { status.problem = nil }
      return status
    }
  }

  /// Starts the threads. Does nothing to the disk where no history was ever kept.
  package func start() {
    ended.enter()
    NamedThread.start("history") { [self] in
      var files = HistoryFiles(state: state, claims: claims)
      while write(&files) {}
      files.close()
      ended.leave()
    }
    let keeping = HistoryKeeping(state: state, claims: claims)
    packer.start { [self] in
      return keeping.round(limits.withLock { $0 }) {
        note($0)
      } then: { bytes, damaged in
        status_.withLock { ($0.bytes, $0.damaged) = (bytes, damaged) }
      }
    }
  }

  /// Takes over other limits.
  package func use(_ limits: HistoryLimits) { self.limits.withLock { $0 = limits } }

  /// Takes a delivery to be kept, and returns at once.
  ///
  /// - Parameters:
  ///   - webhook: the webhook's identifier.
  ///   - lane: whether its sender was verified.
  ///   - bytes: what the delivery holds in memory, roughly.
  ///   - make: makes the entry, on the writer's thread.
  package func keep(
    in webhook: String, _ lane: Part.Lane, bytes: Int, _ make: @escaping @Sendable () -> KeptRow
  ) {
    let count = queue.withLock { queue -> Int in
      guard
        queue.waiting.isEmpty
          || queue.waiting.count < Self.mostWaiting && queue.bytes + bytes <= Self.mostBytes
      else { return 0 }
      queue.waiting.append(Waiting(webhook: webhook, lane: lane, bytes: bytes, make: make))
      queue.bytes += bytes
      return queue.waiting.count
    }
    switch count {
    case 0:
      lose(1, .queue)
      note("more deliveries came than could be written")
    case 1: arrived.signal()
    case Self.mostGathered: enough.signal()
    default: break
    }
  }

  /// Ends the writing: what waits is written first.
  ///
  /// - Parameter time: how long to wait for the end, since a disk may hang.
  package func stop(within time: Duration) {
    queue.withLock { $0.isStopping = true }
    arrived.signal()
    enough.signal()
    _ = ended.wait(timeout: .now() + DispatchTimeInterval(time))
    claims.stop()
    packer.stop()
  }

  /// Waits for deliveries and writes them. Returns false at the end.
  private func write(_ files: inout HistoryFiles) -> Bool {
    let timeout = arrived.wait(timeout: .now() + files.patience)
    var isStopping = queue.withLock(\.isStopping)
    if timeout == .timedOut, !isStopping {
      files.rest()
      return true
    }
    if !isStopping { _ = enough.wait(timeout: .now() + Self.gathering) }
    let batch = queue.withLock { queue in
      defer { (queue.waiting, queue.bytes) = ([], 0) }
      isStopping = queue.isStopping
      return queue.waiting
    }
    for (key, deliveries) in Dictionary(grouping: batch, by: { LaneKey($0.webhook, $0.lane) }) {
      let result = files.write(deliveries, to: key, limits.withLock { $0 })
      switch result {
      case .success(let aside):
        status_.withLock { $0.kept += deliveries.count }
        if let aside { report(aside) }
      case .failure(let failure):
        lose(deliveries.count, failure.loss)
        note(failure.words)
      }
    }
    return !isStopping
  }

  package func lose(_ count: Int, _ loss: Loss) {
    status_.withLock { $0.lost[loss, default: 0] += count }
  }

  /// Takes note of a failure, and reports it if it is another one than the last, or that one is
  /// long over.
  private func note(_ problem: String) {
    let now = ContinuousClock.now
    let isNew = status_.withLock { status in
      defer { (status.problem, status.failed) = (problem, now) }
      return status.problem != problem || status.failed.map { now - $0 > Self.told } ?? true
    }
    if isNew { report(problem) }
  }
}

/// What may be kept.
package struct HistoryLimits: Sendable, Equatable {
  /// The bounds on one webhook.
  package struct Bounds: Sendable, Equatable {
    /// How long its deliveries are kept, in seconds.
    package var seconds: Int
    /// The bytes of its parts.
    package var bytes: Int

    package init(seconds: Int, bytes: Int) {
      self.seconds = seconds
      self.bytes = bytes
    }
  }

  /// The webhooks that keep a history.
  package var webhooks: [String: Bounds]
  /// The bytes of all webhooks together.
  package var bytes: Int
  /// The free space that spools need, in bytes. Parts are removed before it is reached.
  package var minFree: Int
  /// The bounds on what earlier webhooks left.
  package static let usual = Bounds(seconds: 7 * 86400, bytes: 1 << 30)

  package init(webhooks: [String: Bounds] = [:], bytes: Int = 20 << 30, minFree: Int = 0) {
    self.webhooks = webhooks
    self.bytes = bytes
    self.minFree = minFree
  }

  func bounds(of webhook: String) -> Bounds { webhooks[webhook] ?? Self.usual }

  /// The free space below which the history makes room, in bytes: a quarter more than spools need,
  /// and 64 MiB more for the write-ahead log.
  var nearFull: Int { minFree == 0 ? 0 : minFree + minFree / 4 + 64 << 20 }
}

/// A webhook and a lane: what one part is written for at a time.
struct LaneKey: Hashable {
  let webhook: String
  let lane: Part.Lane

  init(_ webhook: String, _ lane: Part.Lane) {
    self.webhook = webhook
    self.lane = lane
  }
}
