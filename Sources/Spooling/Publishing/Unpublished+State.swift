import Bytes
import FoundationEssentials

extension Unpublished {
  struct Queue {
    var waiting: [LoggedTask] = []
    /// The tasks that a publisher is working on.
    var inHand: [LoggedTask] = []
    /// Whether the tasks in hand have been set aside since the publisher took them, so that the log
    /// needn't keep them.
    var isInHandAside = false
    var isBeingSetAside = false
    /// The bytes of the tasks that the log keeps for the spool.
    var bytes = 0
    var aside = Aside()
    var lastProgress: ContinuousClock.Instant?
    var failures = 0
    /// How many portions are still small: what fails as a whole may succeed in parts.
    var caution = 0
    var pausesUntil: ContinuousClock.Instant?
    var problem: SpoolError?

    var isEmpty: Bool { waiting.isEmpty && inHand.isEmpty && aside.tasks == 0 }
    /// Whether the log keeps any tasks for the spool.
    var isLogged: Bool { !waiting.isEmpty || !isInHandAside && !inHand.isEmpty }
    /// The tasks and bytes that wait for the spool, in the log or set aside.
    var depth: SpoolDepth {
      SpoolDepth(
        tasks: (isInHandAside ? 0 : inHand.count) + waiting.count + aside.tasks,
        bytes: bytes + aside.bytes)
    }
    var oldest: ContinuousClock.Instant? { (inHand.first ?? waiting.first)?.since }

    func isPausing(_ now: ContinuousClock.Instant) -> Bool { pausesUntil.map { now < $0 } ?? false }

    /// Returns the most tasks and bytes of the spool that are published together. After a failure,
    /// portions are small, so that one bad task keeps back few others.
    func portion(_ layout: WALLayout) -> (tasks: Int, bytes: Int) {
      caution > 0 ? (64, 1 << 20) : (layout.mostPublished, layout.mostPublishedBytes)
    }
  }
  struct State {
    /// The queues of the spools that have any tasks.
    var queues: [SpoolID: Queue] = [:]
    /// The publisher that each spool belongs to. A spool that is missing here belongs to the
    /// publisher that finds out the file system (nil).
    var homes: [SpoolID: Home] = [:]
    /// The moment of each publisher's last step.
    var steps: [Home: ContinuousClock.Instant] = [:]
    /// How many tasks of each group are not published, for groups beyond `published`.
    var left: [UInt64: Int] = [:]
    /// The last group up to which every group is published or set aside.
    var published: UInt64 = 0
    /// The bytes of tasks that are kept in memory.
    var memory = 0
    /// The bytes that are set aside, of all spools.
    var asideBytes = 0
  }
}

extension Unpublished.State {
  /// Returns for how long a spool has made no progress; zero if the log has none of its tasks. A
  /// spool that waits for a publisher at work on other tasks isn't stuck. A spool that fails is,
  /// whatever its publisher does.
  func stuck(_ spool: SpoolID, _ now: ContinuousClock.Instant) -> Duration {
    guard let queue = queues[spool], let oldest = queue.oldest else { return .zero }
    var since = max(oldest, queue.lastProgress ?? oldest)
    if queue.failures == 0, let step = steps[homes[spool] ?? nil] { since = max(since, step) }
    return now - since
  }

  func isHome(_ home: Unpublished.Home, of spool: SpoolID) -> Bool {
    (homes[spool] ?? nil) == home
  }

  /// Counts off tasks that are published or set aside. `isAside` says whether they have been
  /// counted off from their groups already.
  mutating func forget(_ tasks: [LoggedTask], isAside: Bool) {
    for task in tasks {
      if !isAside { left[task.sequence]? -= 1 }
      if case .memory = task.content { memory -= task.size }
    }
  }

  /// Puts the tasks in hand back into the queue, unless they have been set aside: then the log has
  /// counted them off.
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

  /// Moves `published` past the groups that have no tasks left.
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
