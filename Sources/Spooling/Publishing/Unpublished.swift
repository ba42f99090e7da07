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

  fileprivate struct Queue {
    var waiting: [LoggedTask] = []
    /// What a publisher is working on.
    var inHand: [LoggedTask] = []
    /// Whether that was set aside meanwhile, so that the log needn't keep it.
    var isInHandAside = false
    var isBeingSetAside = false
    /// Of `waiting` and `inHand`.
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
    var oldest: ContinuousClock.Instant? { (inHand.first ?? waiting.first)?.since }

    func isPausing(_ now: ContinuousClock.Instant) -> Bool { pausesUntil.map { now < $0 } ?? false }

    /// For how long nothing of it has made progress.
    func stuck(_ now: ContinuousClock.Instant) -> Duration {
      guard let oldest else { return .zero }
      return now - max(oldest, lastProgress ?? oldest)
    }
  }
  fileprivate struct State {
    /// Of the spools that have anything.
    var queues: [String: Queue] = [:]
    /// The publisher that each spool belongs to; those that none is known of are one's that finds out.
    var homes: [String: Home] = [:]
    /// How many tasks of each group are not published, of groups beyond `published`.
    var left: [UInt64: Int] = [:]
    /// Every group up to this one is published or set aside.
    var published: UInt64 = 0
    var memory = 0
    /// Bytes that are set aside, of all spools.
    var asideBytes = 0
  }
  private let state = Mutex(State())
  private let layout: WALLayout

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
        // After a failure in small portions, so that what can be published is.
        let (most, bytes) = queue.caution > 0 ? (64, 1 << 20) : (left, layout.mostPublishedBytes)
        let tasks = Self.portion(of: queue.waiting, most: min(most, left), bytes: bytes)
        left -= tasks.count
        state.queues[spool]?.inHand = tasks
        state.queues[spool]?.waiting.removeFirst(tasks.count)
        batches.append(Batch(spool: spool, tasks: tasks))
      }
      return batches
    }
  }

  /// The first of these tasks: at most so many and so large, but one.
  private static func portion(of tasks: [LoggedTask], most: Int, bytes: Int) -> [LoggedTask] {
    var sum = 0
    return Array(
      tasks.prefix(most).prefix { task in
        defer { sum += task.size }
        return sum == 0 || sum + task.size <= bytes
      })
  }

  /// A publication has ended well.
  ///
  /// - Returns: what of it was set aside meanwhile, and need not be any more.
  func end(_ batch: Batch) -> [LoggedTask] {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return [] }
      let aside = queue.isInHandAside ? queue.inHand : []
      state.forget(queue.inHand, isAside: queue.isInHandAside)
      queue.drop(queue.inHand)
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
      queue.waiting = queue.inHand + queue.waiting
      queue.endHand()
      state.queues[batch.spool] = queue
    }
  }

  /// A publication has failed: the spool pauses.
  ///
  /// - Parameter isHalfWay: whether some of it may be in its place.
  func fail(_ batch: Batch, _ error: SpoolError, isHalfWay: Bool, _ now: ContinuousClock.Instant) {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return }
      if queue.isInHandAside {
        state.forget(queue.inHand, isAside: true)
        queue.drop(queue.inHand)
      } else {
        var tasks = queue.inHand
        if isHalfWay { for index in tasks.indices { tasks[index].isUncertain = true } }
        queue.waiting = tasks + queue.waiting
      }
      queue.endHand()
      queue.fail(error, now, layout)
      state.queues[batch.spool] = queue
      state.advance()
    }
  }

  /// Its tasks are tried at once, whatever they failed with: something has changed.
  func endPause(of spool: String) { state.withLock { $0.queues[spool]?.pausesUntil = nil } }

  // MARK: - Setting aside

  /// Chooses tasks that the log should not keep any longer, of a spool that makes no progress. Its publisher takes no
  /// more of them until `endSettingAside`.
  ///
  /// - Parameters:
  ///   - isScarce: whether the log gets full.
  ///   - isLast: whether the process is about to end: then of every spool.
  func beginSettingAside(
    isScarce: Bool, isLast: Bool, _ now: ContinuousClock.Instant
  ) -> Batch? {
    state.withLock { state in
      let after = isLast ? .zero : isScarce ? layout.stuckAfter : layout.setAsideAfter
      for (spool, queue) in state.queues where !queue.logged.isEmpty {
        guard isLast || queue.stuck(now) >= after else { continue }
        state.queues[spool]?.isBeingSetAside = true
        let hand = queue.isInHandAside ? [] : queue.inHand
        let rest = Self.portion(
          of: queue.waiting, most: layout.mostPublished, bytes: layout.mostPublishedBytes)
        return Batch(spool: spool, tasks: hand + rest)
      }
      return nil
    }
  }

  /// - Parameter isDone: whether all of them are set aside, durably.
  /// - Returns: what was published meanwhile, and is to be removed from what is set aside.
  func endSettingAside(_ batch: Batch, isDone: Bool) -> [LoggedTask] {
    state.withLock { state in
      guard var queue = state.queues[batch.spool] else { return [] }
      queue.isBeingSetAside = false
      defer { state.queues[batch.spool] = queue }
      guard isDone else { return [] }
      let names = Set(batch.tasks.map(\.name))
      let waited = queue.waiting.filter { names.contains($0.name) }
      let held = queue.isInHandAside ? [] : queue.inHand.filter { names.contains($0.name) }
      state.forget(waited, isAside: false)
      for task in held { state.left[task.sequence]? -= 1 }
      queue.waiting.removeAll { names.contains($0.name) }
      queue.drop(waited)
      queue.isInHandAside = queue.isInHandAside || !held.isEmpty
      for task in waited + held {
        queue.aside.add(task.name, bytes: task.size)
        state.asideBytes += task.size
      }
      state.advance()
      let kept = Set((waited + held).map(\.name))
      return batch.tasks.filter { !kept.contains($0.name) }
    }
  }

  /// What lies set aside of a spool, as it was found there.
  ///
  /// - Parameter before: what was known when the look began: a count that came meanwhile is as good. Nil for any.
  func note(_ aside: Aside, of spool: String, insteadOf before: Aside? = nil) {
    state.withLock { state in
      let known = state.queues[spool]?.aside
      if known == nil, aside.tasks == 0 || before != nil { return }
      if let before, known != before { return }
      state.asideBytes += aside.bytes - (state.queues[spool]?.aside.bytes ?? 0)
      state.queues[spool, default: Queue()].aside = aside
      if state.queues[spool]?.isEmpty == true { state.queues[spool] = nil }
    }
  }

  /// What is set aside, of the spools of which anything is.
  var aside: [String: Aside] {
    state.withLock { $0.queues.mapValues(\.aside).filter { $1.tasks > 0 } }
  }

  /// Whether a publisher should look after what is set aside of a spool.
  func spoolsAside(of home: Home, _ now: ContinuousClock.Instant) -> [String] {
    state.withLock { state in
      state.queues.filter { spool, queue in
        state.isHome(home, of: spool) && queue.aside.tasks > 0 && !queue.isPausing(now)
      }.map(\.key)
    }
  }

  /// Some of what is set aside was published, or could not be.
  func note(
    _ outcome: Result<Void, SpoolError>, aside spool: String, _ now: ContinuousClock.Instant
  ) {
    state.withLock { state in
      switch outcome {
      case .success: state.queues[spool]?.succeed()
      case .failure(let error): state.queues[spool]?.fail(error, now, layout)
      }
    }
  }
}

// MARK: - Looking

extension Unpublished {
  /// Whether a spool may have more tasks logged.
  enum Admission {
    case yes
    /// As soon as some of what it has is published.
    case later
    case no(SpoolError)
  }

  /// Holds a spool to its share of the log. What is stuck is refused at once, so that it takes no thread from others.
  func admission(to spool: String, _ now: ContinuousClock.Instant) -> Admission {
    state.withLock { state in
      guard let queue = state.queues[spool], !queue.isEmpty else { return .yes }
      let bytes = queue.bytes + queue.aside.bytes
      let hasRoom = queue.aside.tasks == 0 || state.asideBytes < layout.mostAside
      if bytes < layout.share, hasRoom { return .yes }
      guard queue.aside.tasks > 0 || queue.stuck(now) > layout.stuckAfter else { return .later }
      return .no(
        .unavailable(
          spool: spool,
          reason: "\(bytes) bytes wait to be published into it, which is its share of the "
            + "write-ahead log\(queue.problem.map { ": \($0)" } ?? "")"))
    }
  }

  /// What waits of a spool, in the log or set aside.
  func depth(of spool: String) -> SpoolDepth {
    state.withLock { state in
      guard let queue = state.queues[spool] else { return SpoolDepth() }
      return SpoolDepth(
        tasks: queue.inHand.count + queue.waiting.count + queue.aside.tasks,
        bytes: queue.bytes + queue.aside.bytes)
    }
  }

  /// Whether what a start found is published, or was tried in vain.
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

  /// What waits, by spool, for the status.
  func waiting(_ now: ContinuousClock.Instant, _ date: Date) -> [String: SpoolsStatus.Waiting] {
    state.withLock { state in
      state.queues.compactMapValues { queue in
        if queue.isEmpty { return nil }
        let logged = queue.oldest.map { date - (now - $0).inSeconds }
        return SpoolsStatus.Waiting(
          tasks: queue.inHand.count + queue.waiting.count + queue.aside.tasks,
          bytes: queue.bytes + queue.aside.bytes, aside: queue.aside.tasks,
          oldest: [logged, queue.aside.oldest].compactMap { $0 }.min(),
          problem: queue.problem.map { "\($0)" })
      }
    }
  }
}

extension Unpublished.State {
  fileprivate func isHome(_ home: Unpublished.Home, of spool: String) -> Bool {
    (homes[spool] ?? nil) == home
  }

  /// Tasks are published, or set aside.
  ///
  /// - Parameter isAside: whether their groups know that already.
  fileprivate mutating func forget(_ tasks: [LoggedTask], isAside: Bool) {
    for task in tasks {
      if !isAside { left[task.sequence]? -= 1 }
      if case .memory = task.content { memory -= task.size }
    }
  }

  fileprivate mutating func advance() {
    while let count = left[published + 1], count == 0 {
      left[published + 1] = nil
      published += 1
    }
  }
}

extension Unpublished.Queue {
  fileprivate mutating func drop(_ tasks: [LoggedTask]) {
    for task in tasks { bytes -= task.size }
  }

  fileprivate mutating func endHand() {
    inHand = []
    isInHandAside = false
  }

  fileprivate mutating func succeed() {
    lastProgress = .now
    failures = 0
    caution = max(0, caution - 1)
    pausesUntil = nil
    problem = nil
  }

  fileprivate mutating func fail(
    _ error: SpoolError, _ now: ContinuousClock.Instant, _ layout: WALLayout
  ) {
    let pause = layout.firstPause * (1 << min(failures, 10))
    failures += 1
    caution = 8
    pausesUntil = now + min(pause, layout.longestPause)
    problem = error
  }
}

extension Unpublished.Aside {
  /// - Parameter name: of the task, which says when it arrived.
  mutating func add(_ name: String, bytes more: Int) {
    tasks += 1
    bytes = bytes.addingBounded(more)
    guard let arrival = TaskName.arrival(name) else { return }
    oldest = min(oldest ?? arrival, arrival)
  }
}
