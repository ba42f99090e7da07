import Bytes
import FoundationEssentials

/// The tasks that are durable in the log and not in their spools yet. They are kept by spool, so
/// that no spool holds up another, and counted by group, so that it is known how far the log is
/// published.
final class Unpublished: Sendable {
  /// Tasks of one spool that are published together.
  struct Batch: Sendable {
    let spool: SpoolID
    let tasks: [LoggedTask]
  }

  /// The tasks of a spool that are set aside, and their bytes.
  struct Aside: Sendable, Equatable {
    var tasks = 0
    var bytes = 0
    /// When the oldest of these tasks arrived.
    var oldest: Date?
  }

  /// The publisher that a spool belongs to; nil for the one of spools whose file system isn't known
  /// yet.
  typealias Home = ObjectIdentifier?

  let state = Mutex(State())
  let layout: WALLayout

  init(_ layout: WALLayout) { self.layout = layout }

  // MARK: - Groups

  /// Starts after a group; that group and all before it are published.
  func begin(after published: UInt64) { state.withLock { $0.published = published } }

  /// Takes over the tasks of a group that is durable. A group that was not written is added without
  /// tasks.
  ///
  /// - Returns: the publishers that have work now and had none before.
  @discardableResult
  func add(_ sequence: UInt64, _ tasks: [LoggedTask]) -> Set<Home> {
    state.withLock { state in
      state.left[sequence, default: 0] += tasks.count
      var homes: Set<Home> = []
      for task in tasks {
        let wasEmpty = state.queues[task.spool]?.waiting.isEmpty ?? true
        state.queues[task.spool, default: Queue()].waiting.append(task)
        state.queues[task.spool]?.bytes += task.size
        if case .memory = task.content { state.memory += task.size }
        if wasEmpty { homes.insert(state.homes[task.spool] ?? nil) }
      }
      state.advance()
      return homes
    }
  }

  /// The last group up to which every group is published or set aside.
  var published: UInt64 { state.withLock { $0.published } }

  /// Whether that many bytes can be kept in memory until they are published.
  func hasMemory(for bytes: Int) -> Bool {
    state.withLock { $0.memory + bytes <= layout.mostMemory }
  }

  // MARK: - Publishing

  /// Assigns a spool to a publisher.
  func assign(_ spool: SpoolID, to home: Home) {
    state.withLock { $0.homes[spool] = home }
  }

  /// Whether a spool belongs to a publisher.
  func isHome(_ home: Home, of spool: SpoolID) -> Bool {
    state.withLock { $0.isHome(home, of: spool) }
  }

  /// The work that waits for a publisher, without that of spools that pause.
  struct Work {
    var tasks = 0
    /// Whether commits wait for a spool to be published into.
    var isUrgent = false
    /// When the first pause ends.
    var next: ContinuousClock.Instant?
  }

  func work(for home: Home, _ now: ContinuousClock.Instant) -> Work {
    state.withLock { state in
      var work = Work()
      for (spool, queue) in state.queues where state.isHome(home, of: spool) {
        if queue.isPausing(now), let until = queue.pausesUntil {
          work.next = min(work.next ?? until, until)
        } else {
          work.tasks += queue.waiting.count + queue.aside.tasks
          let isTaken = queue.waiting.isEmpty || queue.isBeingSetAside
          if !isTaken, queue.depth.bytes >= layout.share { work.isUrgent = true }
        }
      }
      return work
    }
  }

  /// Takes work for a publisher: the oldest tasks of each of its spools. Each spool has an equal
  /// share of the portion, and what others leave of theirs, since a group of the log is done when
  /// the last of its spools has got that far. `isUrgent` makes the portion small.
  func take(
    for home: Home, isUrgent: Bool = false, _ now: ContinuousClock.Instant
  ) -> [Batch] {
    state.withLock { state in
      let ready = state.queues.filter { spool, queue in
        state.isHome(home, of: spool) && !queue.waiting.isEmpty && !queue.isBeingSetAside
          && !queue.isPausing(now)
      }.map { (spool: $0, waiting: $1.waiting.count) }.sorted { $0.waiting < $1.waiting }
      var left = isUrgent ? layout.mostUrgent : layout.mostPublished
      return ready.enumerated().compactMap { index, one in
        // Nothing else refers to the queue while its tasks are removed, so that none is copied.
        guard var queue = state.queues.removeValue(forKey: one.spool) else { return nil }
        let (most, bytes) = queue.portion(layout)
        let share = max(1, left / (ready.count - index))
        let tasks = Self.portion(of: queue.waiting, min(most, share), bytes: bytes, \.size)
        left -= tasks.count
        queue.inHand = tasks
        queue.waiting.removeFirst(tasks.count)
        state.queues[one.spool] = queue
        return Batch(spool: one.spool, tasks: tasks)
      }
    }
  }

  /// Returns the first of these tasks: at least one, and within the two bounds.
  static func portion<Task>(
    of tasks: some Sequence<Task>, _ most: Int, bytes: Int, _ size: (Task) -> Int
  ) -> [Task] {
    var sum = 0
    return Array(
      tasks.prefix(most).prefix { task in
        defer { sum += size(task) }
        return sum == 0 || sum + size(task) <= bytes
      })
  }

  /// Notes that a publisher gets on. What it works on may be slow, and doesn't hang.
  func noteStep(of home: Home) { state.withLock { $0.steps[home] = .now } }

  /// Notes that a publication has succeeded.
  ///
  /// - Returns: the tasks of it that have been set aside since, and needn't be any more.
  func end(_ batch: Batch) -> [LoggedTask] {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return [] }
      let aside = queue.isInHandAside ? queue.inHand : []
      if !queue.isInHandAside { queue.drop(queue.inHand) }
      state.forget(queue.inHand, isAside: queue.isInHandAside)
      queue.endHand()
      queue.succeed()
      state.queues[batch.spool] = queue.isEmpty ? nil : queue
      state.advance()
      return aside
    }
  }

  /// Puts a batch back that nothing was done with.
  func giveBack(_ batch: Batch) {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return }
      state.putBack(in: &queue, isHalfWay: false)
      state.queues[batch.spool] = queue
    }
  }

  /// Notes that a publication has failed, and makes the spool pause. `isHalfWay` says whether some
  /// of the tasks may be in their places.
  func fail(_ batch: Batch, _ error: SpoolError, isHalfWay: Bool, _ now: ContinuousClock.Instant) {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return }
      state.putBack(in: &queue, isHalfWay: isHalfWay)
      queue.fail(error, now, layout)
      state.queues[batch.spool] = queue
      state.advance()
    }
  }

  /// Ends a spool's pause after something has changed: its tasks are tried at once.
  func endPause(of spool: SpoolID) { state.withLock { $0.queues[spool]?.pausesUntil = nil } }
}
