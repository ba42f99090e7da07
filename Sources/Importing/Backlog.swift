import Bytes
import FoundationEssentials
import Spooling

/// The tasks of a spool that can be worked on, in order. `new/` is listed again only when the last
/// list is used up, so that the cost of a task doesn't depend on how many wait.
final class Backlog: Sendable {
  private struct State {
    /// New tasks, the earliest last.
    var new: [TaskPlace] = []
    /// Deferred tasks that are due, the earliest last.
    var ready: [TaskPlace] = []
    /// Deferred tasks that are not due yet, the next one last.
    var waiting: [(due: Date, place: TaskPlace)] = []
    /// Names of tasks that could not be claimed. They are not offered again before the next look.
    var skipped: Set<String> = []
    var nextLook: ContinuousClock.Instant?
  }
  private let state = Mutex(State())
  private let spool: TaskSpool
  private let lookEvery: Duration
  private let longestWait: Duration
  private let isOrdered: Bool
  private let order: KeyedOrder?

  /// Makes a backlog that looks into the spool when it is first asked.
  ///
  /// - Parameters:
  ///   - spool: the spool of the tasks.
  ///   - lookEvery: the shortest time between two looks through `retry/`.
  ///   - longestWait: a task that is due later than this was deferred by a clock that was ahead,
  ///     and is due now.
  ///   - isOrdered: whether to offer nothing while an earlier task is claimed, deferred, or could
  ///     not be claimed.
  ///   - order: the order whose parked tasks aren't offered.
  init(
    _ spool: TaskSpool, lookEvery: Duration, longestWait: Duration, isOrdered: Bool = false,
    order: KeyedOrder? = nil
  ) {
    self.order = order
    self.spool = spool
    self.lookEvery = lookEvery
    self.longestWait = longestWait
    self.isOrdered = isOrdered
  }

  /// Finds the next task to claim.
  ///
  /// - Parameters:
  ///   - now: the moment by which a deferred task has to be due.
  ///   - prepare: called before each look through `retry/`.
  /// - Returns: the task; nil if there isn't one at the moment.
  /// - Throws: the errors of `prepare`, and `TaskSpoolError` if a folder of the spool can't be
  ///   read.
  func next(
    now: Date, prepare: () throws(TaskSpoolError) -> Void
  ) throws(TaskSpoolError) -> TaskPlace? {
    try state.withLock { (state) throws(TaskSpoolError) in
      try lookThrough(&state, now: now, prepare)
      while let last = state.waiting.last, last.due <= now {
        state.waiting.removeLast()
        state.ready.append(last.place)
      }
      if state.new.isEmpty {
        let skipped = isOrdered ? [] : state.skipped
        state.new = try spool.places(in: .new).filter {
          !skipped.contains($0.name) && !(order?.isParked($0.name) ?? false)
        }.reversed()
      }
      if isOrdered, try isBlocked(state) { return nil }
      guard let ready = state.ready.last else { return state.new.popLast() }
      if let new = state.new.last, new.name < ready.name { return state.new.popLast() }
      return state.ready.popLast()
    }
  }

  /// Whether the last list is used up.
  var isEmpty: Bool { state.withLock { $0.new.isEmpty && $0.ready.isEmpty } }

  /// Another process holds this task. Offers the others before trying it again.
  func skip(_ place: TaskPlace) { _ = state.withLock { $0.skipped.insert(place.name) } }

  /// Adds a task that was deferred.
  func add(_ place: TaskPlace, due: Date) {
    state.withLock { state in
      let later = state.waiting.firstIndex { $0.due <= due } ?? state.waiting.endIndex
      state.waiting.insert((due, place), at: later)
    }
  }

  /// Returns how long to wait for new tasks: until the next deferred task is due, and no longer
  /// than `lookEvery`.
  func quiet(now: Date) -> Duration {
    state.withLock { state in
      guard let due = state.waiting.last?.due else { return lookEvery }
      return min(lookEvery, max(.zero, .seconds(due.timeIntervalSince(now))))
    }
  }

  /// Whether the earliest of all tasks can't be worked on now. It is claimed, waits until it is
  /// due, or could not be claimed.
  private func isBlocked(_ state: State) throws(TaskSpoolError) -> Bool {
    guard try spool.places(in: .cur).isEmpty else { return true }
    let offered = [state.new.last, state.ready.last].compactMap { $0?.name }
    guard let first = offered.min() else { return false }
    return state.skipped.contains(first) || state.waiting.contains { $0.place.name < first }
  }

  private func lookThrough(
    _ state: inout State, now: Date, _ prepare: () throws(TaskSpoolError) -> Void
  ) throws(TaskSpoolError) {
    let start = ContinuousClock.now
    if let next = state.nextLook, start < next { return }
    try prepare()
    try order?.refresh()
    state.skipped = []
    // Tasks that were taken back go before those that were listed earlier.
    if isOrdered { state.new = [] }
    let deferred = try spool.places(in: .retry).map { place in
      (
        due: spool.record(of: place.name)?.due(at: now, within: longestWait) ?? .distantPast,
        place: place
      )
    }
    // Among the tasks that are due, the earliest arrival goes first.
    state.ready = deferred.filter { $0.due <= now }.map(\.place).reversed()
    state.waiting = deferred.filter { $0.due > now }.sorted { $0.due > $1.due }
    // Looking takes a twentieth of the time at most, however many tasks wait.
    let end = ContinuousClock.now
    state.nextLook = end + max(lookEvery, (end - start) * 20)
  }
}
