import Foundation
import Spooling

/// What there is to do in a spool, in order. The directories are listed when nothing is left of the
/// last list, so that a task costs the same however many wait.
final class Backlog: Sendable {
  private struct State {
    /// The last first.
    var new: [TaskPlace] = []
    /// Deferred tasks whose time has come, the last first.
    var ready: [TaskPlace] = []
    /// Deferred tasks by when they are due, the latest first.
    var waiting: [(due: Date, place: TaskPlace)] = []
    /// What could not be claimed: not offered again before the next look.
    var skipped: Set<String> = []
    var nextLook: ContinuousClock.Instant?
  }
  private let state = Mutex(State())
  private let spool: TaskSpool
  private let lookEvery: Duration
  private let longestWait: Duration
  private let isOrdered: Bool

  /// - Parameters:
  ///   - longestWait: what is due later than that was deferred by a clock that was ahead, and is due now.
  ///   - isOrdered: whether nothing is offered while a task that arrived earlier is somewhere on its way.
  init(
    _ spool: TaskSpool, lookEvery: Duration, longestWait: Duration, isOrdered: Bool = false
  ) {
    self.spool = spool
    self.lookEvery = lookEvery
    self.longestWait = longestWait
    self.isOrdered = isOrdered
  }

  /// The next task to claim; nil if there is none at the moment.
  ///
  /// - Parameter prepare: called before `retry/` is looked through, which is now and then.
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
        state.new = try spool.places(in: .new).filter { !skipped.contains($0.name) }.reversed()
      }
      if isOrdered, try isBlocked(state) { return nil }
      guard let ready = state.ready.last else { return state.new.popLast() }
      if let new = state.new.last, new.name < ready.name { return state.new.popLast() }
      return state.ready.popLast()
    }
  }

  /// Whether nothing is left of what was seen last.
  var isEmpty: Bool { state.withLock { $0.new.isEmpty && $0.ready.isEmpty } }

  /// Whoever has it may let go of it, or never: others come first.
  func skip(_ place: TaskPlace) { _ = state.withLock { $0.skipped.insert(place.name) } }

  /// A task was deferred.
  func add(_ place: TaskPlace, due: Date) {
    state.withLock { state in
      let later = state.waiting.firstIndex { $0.due <= due } ?? state.waiting.endIndex
      state.waiting.insert((due, place), at: later)
    }
  }

  /// How long there is surely nothing to do unless something new comes.
  func quiet(now: Date) -> Duration {
    state.withLock { state in
      guard let due = state.waiting.last?.due else { return lookEvery }
      return min(lookEvery, max(.zero, .seconds(due.timeIntervalSince(now))))
    }
  }

  /// Whether the first of all tasks can't be worked on now: it is claimed, waits until it is due, or
  /// could not be claimed.
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
    state.skipped = []
    // What was taken back goes before what was listed.
    if isOrdered { state.new = [] }
    let deferred = try spool.places(in: .retry).map { place in
      (
        due: spool.record(of: place.name)?.due(at: now, within: longestWait) ?? .distantPast,
        place: place
      )
    }
    // Of those that are due, the first in order of arrival comes first.
    state.ready = deferred.filter { $0.due <= now }.map(\.place).reversed()
    state.waiting = deferred.filter { $0.due > now }.sorted { $0.due > $1.due }
    // However much waits, most of the time is for work.
    let end = ContinuousClock.now
    state.nextLook = end + max(lookEvery, (end - start) * 20)
  }
}
