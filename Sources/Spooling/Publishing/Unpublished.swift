import Foundation

/// What is durable in the log and not in its spools yet: by spool, so that none holds up another, and by group, so that
/// it is known how far the log is published.
final class Unpublished: Sendable {
  /// Tasks of one spool that are published together.
  struct Batch: Sendable {
    let spool: String
    let tasks: [LoggedTask]
  }

  /// What is set aside of a spool.
  struct Aside: Sendable, Equatable {
    var tasks = 0
    var bytes = 0
    /// When the oldest of them arrived.
    var oldest: Date?
  }

  /// The publisher that a spool belongs to.
  typealias Home = ObjectIdentifier?

  struct Queue {
    var waiting: [LoggedTask] = []
    /// What a publisher is working on.
    var inHand: [LoggedTask] = []
    /// Whether that was set aside meanwhile, so that the log needn't keep it.
    var isInHandAside = false
    var isBeingSetAside = false
    /// Of `logged`.
    var bytes = 0
    var aside = Aside()
    var lastProgress: ContinuousClock.Instant?
    var failures = 0
    /// How many portions are small yet: what fails as a whole may succeed in parts.
    var caution = 0
    var pausesUntil: ContinuousClock.Instant?
    var problem: SpoolError?

    var isEmpty: Bool { waiting.isEmpty && inHand.isEmpty && aside.tasks == 0 }
    /// What the log keeps for it.
    var logged: [LoggedTask] { (isInHandAside ? [] : inHand) + waiting }
    /// What waits, in the log or set aside.
    var depth: SpoolDepth {
      SpoolDepth(
        tasks: (isInHandAside ? 0 : inHand.count) + waiting.count + aside.tasks,
        bytes: bytes + aside.bytes)
    }
    var oldest: ContinuousClock.Instant? { (inHand.first ?? waiting.first)?.since }

    func isPausing(_ now: ContinuousClock.Instant) -> Bool { pausesUntil.map { now < $0 } ?? false }

    /// How many tasks and bytes of it are published together at most: little after a failure, so that what can be
    /// published is.
    func portion(_ layout: WALLayout) -> (tasks: Int, bytes: Int) {
      caution > 0 ? (64, 1 << 20) : (layout.mostPublished, layout.mostPublishedBytes)
    }
  }
  struct State {
    /// Of the spools that have anything.
    var queues: [String: Queue] = [:]
    /// The publisher that each spool belongs to; those that none is known of are one's that finds out.
    var homes: [String: Home] = [:]
    /// When each publisher took its last step.
    var steps: [Home: ContinuousClock.Instant] = [:]
    /// How many tasks of each group are not published, of groups beyond `published`.
    var left: [UInt64: Int] = [:]
    /// Every group up to this one is published or set aside.
    var published: UInt64 = 0
    var memory = 0
    /// Bytes that are set aside, of all spools.
    var asideBytes = 0
  }
  let state = Mutex(State())
  let layout: WALLayout

  init(_ layout: WALLayout) { self.layout = layout }

  // MARK: - Groups

  /// Begins behind a group, everything up to which is published.
  func begin(after published: UInt64) { state.withLock { $0.published = published } }

  /// Takes over the tasks of a group that is durable; without tasks, of one that was not written.
  ///
  /// - Returns: the publishers that have work now that had none.
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

  /// Every group up to this one is published or set aside.
  var published: UInt64 { state.withLock { $0.published } }

  /// Whether there is room to keep so many bytes until they are published.
  func hasMemory(for bytes: Int) -> Bool {
    state.withLock { $0.memory + bytes <= layout.mostMemory }
  }

  // MARK: - Publishing

  /// Says which publisher a spool belongs to.
  func assign(_ spool: String, to home: Home) {
    state.withLock { $0.homes[spool] = home }
  }

  /// Whether a spool belongs to a publisher.
  func isHome(_ home: Home, of spool: String) -> Bool {
    state.withLock { $0.isHome(home, of: spool) }
  }

  /// How many tasks wait for a publisher, but those of spools that pause; and when the first of these goes on.
  func work(for home: Home, _ now: ContinuousClock.Instant) -> (
    tasks: Int, next: ContinuousClock.Instant?
  ) {
    state.withLock { state in
      var (tasks, next): (Int, ContinuousClock.Instant?) = (0, nil)
      for (spool, queue) in state.queues where state.isHome(home, of: spool) {
        if queue.isPausing(now), let until = queue.pausesUntil {
          next = min(next ?? until, until)
        } else {
          tasks += queue.waiting.count + queue.aside.tasks
        }
      }
      return (tasks, next)
    }
  }

  /// Takes work for a publisher: some tasks of each of its spools.
  func take(for home: Home, _ now: ContinuousClock.Instant) -> [Batch] {
    state.withLock { state in
      var batches: [Batch] = []
      var left = layout.mostPublished
      for (spool, queue) in state.queues where state.isHome(home, of: spool) && left > 0 {
        guard !queue.waiting.isEmpty, !queue.isBeingSetAside, !queue.isPausing(now) else {
          continue
        }
        let (most, bytes) = queue.portion(layout)
        let tasks = Self.portion(of: queue.waiting, min(most, left), bytes: bytes, \.size)
        left -= tasks.count
        state.queues[spool]?.inHand = tasks
        state.queues[spool]?.waiting.removeFirst(tasks.count)
        batches.append(Batch(spool: spool, tasks: tasks))
      }
      return batches
    }
  }

  /// The first of these tasks: at most so many and so large, but one.
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

  /// A publisher gets on: what it works on is slow at most.
  func noteStep(of home: Home) { state.withLock { $0.steps[home] = .now } }

  /// A publication has ended well.
  ///
  /// - Returns: what of it was set aside meanwhile, and need not be any more.
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

  /// Nothing was done about a batch.
  func giveBack(_ batch: Batch) {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return }
      state.putBack(in: &queue, isHalfWay: false)
      state.queues[batch.spool] = queue
    }
  }

  /// A publication has failed: the spool pauses.
  ///
  /// - Parameter isHalfWay: whether some of it may be in its place.
  func fail(_ batch: Batch, _ error: SpoolError, isHalfWay: Bool, _ now: ContinuousClock.Instant) {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return }
      state.putBack(in: &queue, isHalfWay: isHalfWay)
      queue.fail(error, now, layout)
      state.queues[batch.spool] = queue
      state.advance()
    }
  }

  /// Its tasks are tried at once, whatever they failed with: something has changed.
  func endPause(of spool: String) { state.withLock { $0.queues[spool]?.pausesUntil = nil } }
}

extension Unpublished.State {
  /// For how long nothing of a spool has made progress. What waits for a publisher that gets on, with other tasks, is
  /// not stuck; a spool that fails has no part in that.
  func stuck(_ spool: String, _ now: ContinuousClock.Instant) -> Duration {
    guard let queue = queues[spool], let oldest = queue.oldest else { return .zero }
    var since = max(oldest, queue.lastProgress ?? oldest)
    if queue.failures == 0, let step = steps[homes[spool] ?? nil] { since = max(since, step) }
    return now - since
  }

  func isHome(_ home: Unpublished.Home, of spool: String) -> Bool {
    (homes[spool] ?? nil) == home
  }

  /// Tasks are published, or set aside.
  ///
  /// - Parameter isAside: whether their groups know that already.
  mutating func forget(_ tasks: [LoggedTask], isAside: Bool) {
    for task in tasks {
      if !isAside { left[task.sequence]? -= 1 }
      if case .memory = task.content { memory -= task.size }
    }
  }

  /// What was in hand waits again, unless it was set aside meanwhile: then the log has counted it off.
  mutating func putBack(in queue: inout Unpublished.Queue, isHalfWay: Bool) {
    if queue.isInHandAside {
      forget(queue.inHand, isAside: true)
    } else {
      var tasks = queue.inHand
      if isHalfWay { for index in tasks.indices { tasks[index].isUncertain = true } }
      queue.waiting = tasks + queue.waiting
    }
    queue.endHand()
  }

  mutating func advance() {
    while let count = left[published + 1], count == 0 {
      left[published + 1] = nil
      published += 1
    }
  }
}

extension Unpublished.Queue {
  mutating func drop(_ tasks: [LoggedTask]) {
    for task in tasks { bytes -= task.size }
  }

  mutating func endHand() {
    inHand = []
    isInHandAside = false
  }

  mutating func succeed() {
    lastProgress = .now
    failures = 0
    caution = max(0, caution - 1)
    pausesUntil = nil
    problem = nil
  }

  mutating func fail(
    _ error: SpoolError, _ now: ContinuousClock.Instant, _ layout: WALLayout
  ) {
    let pause = layout.firstPause * (1 << min(failures, 10))
    failures += 1
    caution = 8
    pausesUntil = now + min(pause, layout.longestPause)
    problem = error
  }
}
