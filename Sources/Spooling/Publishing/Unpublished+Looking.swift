import Bytes
import FoundationEssentials

extension Unpublished {
  /// Whether a spool may have more tasks logged.
  enum Admission {
    case yes
    /// Not before some of the spool's tasks are published.
    case later
    case no(SpoolError)
  }

  /// Holds a spool to its share of the log. A commit for a stuck spool is refused at once, so that
  /// it keeps no thread from others.
  func admission(to spool: SpoolID, _ now: ContinuousClock.Instant) -> Admission {
    state.withLock { state in
      guard let queue = state.queues[spool], !queue.isEmpty else { return .yes }
      let bytes = queue.depth.bytes
      let hasRoom = queue.aside.tasks == 0 || state.asideBytes < layout.mostAside
      if bytes < layout.share, hasRoom { return .yes }
      guard queue.aside.tasks > 0 || state.stuck(spool, now) > layout.stuckAfter else {
        return .later
      }
      return .no(
        .unavailable(
          spool: spool,
          reason: "\(bytes) bytes wait to be published into this spool, which is its share "
            + "of the write-ahead log\(queue.problem.map { ": \($0)" } ?? "")"))
    }
  }

  /// Returns what waits for a spool, in the log or set aside.
  func depth(of spool: SpoolID) -> SpoolDepth {
    state.withLock { $0.queues[spool]?.depth ?? SpoolDepth() }
  }

  /// Whether everything that a start found is published, or has been tried in vain.
  var isRecovered: Bool {
    state.withLock { state in
      state.queues.values.allSatisfy { queue in
        queue.failures > 0
          || !queue.waiting.contains(where: \.isUncertain)
            && !queue.inHand.contains(where: \.isUncertain)
      }
    }
  }

  /// How many tasks the log keeps.
  var count: Int {
    state.withLock { $0.queues.values.reduce(0) { $0 + $1.inHand.count + $1.waiting.count } }
  }

  /// Returns what waits, by spool, for the status.
  func waiting(_ now: ContinuousClock.Instant, _ date: Date) -> [SpoolID: SpoolsStatus.Waiting] {
    state.withLock { state in
      state.queues.compactMapValues { queue in
        if queue.isEmpty { return nil }
        let logged = queue.oldest.map { date - (now - $0).inSeconds }
        return SpoolsStatus.Waiting(
          tasks: queue.depth.tasks, bytes: queue.depth.bytes, aside: queue.aside.tasks,
          oldest: [logged, queue.aside.oldest].compactMap { $0 }.min(),
          problem: queue.problem.map { "\($0)" })
      }
    }
  }
}
