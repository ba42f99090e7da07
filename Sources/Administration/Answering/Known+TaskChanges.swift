import AdministrationMessages
import FoundationEssentials
import Spooling
import Webhooks

/// The tasks of a spool that a change means.
private struct MeantTasks {
  var places: [TaskPlace] = []
  /// How many were asked for by id, and aren't meant.
  var others = 0
  /// How many tasks were looked at, if the time was over.
  var looked: Int?
}

extension Administering.Known {
  /// How long a change may take.
  private static let working = Duration.seconds(10)

  /// Says what a change of tasks would do.
  func shownPlan(
    _ action: TaskAction, _ choice: TaskChoice, at now: Date
  ) throws(Obstacle) -> TaskPlanShown {
    let spool = try spool(choice.filter.incoming)
    // A file's change is stamped by a clock that may be some milliseconds behind. So the moment of
    // a plan is behind, too, and nothing comes later that is stamped as before it.
    let moment = choice.asOf.map(Self.date) ?? now.addingTimeInterval(-0.02)
    let meant = try meant(action, choice, in: spool, asOf: moment, within: Administering.patience)
    var shown = TaskPlanShown()
    shown.incoming = choice.filter.incoming
    shown.asOf = Self.microseconds(moment)
    shown.count = meant.places.count
    shown.others = meant.others
    shown.looked = meant.looked
    for place in meant.places { shown.counts[place.state.rawValue, default: 0] += 1 }
    if meant.places.count <= TaskChoice.mostIDs {
      shown.ids = meant.places.map(\.id)
      shown.deliveries = meant.places.count { place in
        let header = try? spool.view(place)?.header
        return header?.type == TaskDocument.Kind.delivery.rawValue
      }
    }
    let arrivals = meant.places.compactMap(\.arrival)
    (shown.oldest, shown.newest) = (arrivals.min(), arrivals.max())
    return shown
  }

  /// Changes tasks, one after the other, and notes that.
  ///
  /// - Returns: `done` if all that were asked for are changed.
  func change(
    _ action: TaskAction, _ choice: TaskChoice, by asker: Asker, _ directory: String, at now: Date
  ) throws(Obstacle) -> AdministrationAnswer.Content {
    let spool = try spool(choice.filter.incoming)
    guard let asOf = choice.asOf else {
      throw .unusable("as-of", "expected the moment of the page that the tasks were chosen on")
    }
    let log = try changes()
    let meant = try meant(
      action, choice, in: spool, asOf: Self.date(asOf), within: Self.working)
    let isOne = choice.ids.count == 1
    var note = ChangesFile.Note(
      action == .retry ? .retried : .purged,
      isOne
        ? "task \(choice.ids[0]) of \(spool.identifier)"
        : "\(meant.places.count) tasks of \(spool.identifier)")
    if isOne, meant.places.isEmpty {
      note.outcome = "not done: it was moved since its page was made"
      try add(note, to: log, by: asker, at: now)
      throw Obstacle(
        .changedSince("The task isn't any more where you saw it: look at it again."))
    }
    note.before = Self.counts(of: spool)
    var changed = TasksChanged()
    changed.incoming = spool.identifier
    changed.skipped = meant.others
    let end = ContinuousClock.now + Self.working
    switch action {
    case .retry: try retry(meant.places, of: spool, directory, &changed, until: end)
    case .purge: Self.purge(meant.places, of: spool, &changed, until: end)
    }
    if meant.looked != nil { changed.left = max(1, changed.left) }
    note.after = Self.counts(of: spool)
    note.outcome = changed.isWhole ? "done" : changed.words
    try add(note, to: log, by: asker, at: now)
    return changed.isWhole ? .done : .tasksChanged(changed)
  }

  private func retry(
    _ places: [TaskPlace], of spool: TaskSpool, _ directory: String,
    _ changed: inout TasksChanged, until end: ContinuousClock.Instant
  ) throws(Obstacle) {
    var retrial: Retrial
    do throws(IncomingSpool.Unknown) {
      guard let identifier = Identifier(spool.identifier) else { return }
      retrial = Retrial(try IncomingSpool(of: identifier, directory: directory))
    } catch {
      throw .failed(error.problems.map(\.description).joined(separator: "; "))
    }
    for (number, place) in places.enumerated() {
      if number > 0, .now > end {
        changed.left = places.count - number
        break
      }
      if let problem = retrial.retry(place, of: spool) { changed.add("\(place.id): \(problem)") }
    }
    changed.done = retrial.retried + retrial.routed
    (changed.routed, changed.made) = (retrial.routed, retrial.tasks)
    changed.failed = retrial.failed
    changed.skipped += retrial.skipped
  }

  private static func purge(
    _ places: [TaskPlace], of spool: TaskSpool, _ changed: inout TasksChanged,
    until end: ContinuousClock.Instant
  ) {
    for (number, place) in places.enumerated() {
      if number > 0, .now > end {
        changed.left = places.count - number
        break
      }
      do throws(TaskSpoolError) {
        if try spool.purge(place) { changed.done += 1 } else { changed.skipped += 1 }
      } catch {
        changed.failed += 1
        changed.add("\(error)")
      }
    }
  }

  /// Finds the tasks that a change means: of the states that it is for, where they lay at a moment.
  private func meant(
    _ action: TaskAction, _ choice: TaskChoice, in spool: TaskSpool, asOf moment: Date,
    within time: Duration
  ) throws(Obstacle) -> MeantTasks {
    if choice.isAll {
      return try matching(action, choice.filter, in: spool, asOf: moment, within: time)
    }
    let ids = Set(choice.ids)
    guard 1...TaskChoice.mostIDs ~= ids.count else {
      throw .unusable("tasks", "choose at least one, and at most \(TaskChoice.mostIDs.grouped)")
    }
    let places = try using { () throws(TaskSpoolError) in try spool.places(in: action.states) }
    var meant = MeantTasks()
    var found: Set<String> = []
    for place in places where ids.contains(place.id) && !found.contains(place.id) {
      guard let moved = spool.moved(place), moved <= moment else { continue }
      found.insert(place.id)
      meant.places.append(place)
    }
    meant.others = ids.count - found.count
    return meant
  }

  private func matching(
    _ action: TaskAction, _ conditions: TaskListFilter, in spool: TaskSpool, asOf moment: Date,
    within time: Duration
  ) throws(Obstacle) -> MeantTasks {
    let end = ContinuousClock.now + time
    var filter = try choice(conditions)
    if conditions.state.isEmpty { filter.states = [.failed] }
    guard filter.states.isSubset(of: action.states) else {
      let words = action.states.map(\.rawValue).sorted().joined(separator: ", ")
      throw .unusable("state", "\(action.rawValue) is for \(words)")
    }
    return try using { [filter] () throws(TaskSpoolError) in
      var meant = MeantTasks()
      for (number, place) in try spool.places(in: filter.states).enumerated() {
        if number % 64 == 63, .now > end {
          meant.looked = number
          break
        }
        guard let moved = spool.moved(place), moved <= moment,
          try !spool.select(filter, among: [place], now: moment).isEmpty
        else { continue }
        meant.places.append(place)
      }
      return meant
    }
  }

  private func using<Value>(
    _ body: () throws(TaskSpoolError) -> Value
  ) throws(Obstacle) -> Value {
    do throws(TaskSpoolError) { return try body() } catch { throw .failed("\(error)") }
  }

  private static func counts(of spool: TaskSpool) -> String {
    let counts = (try? spool.counts(of: TaskState.allCases)) ?? []
    return counts.map { "\($0.0.rawValue) \($0.1)" }.joined(separator: ", ")
  }

  static func microseconds(_ moment: Date) -> Int {
    Int(max(0, min(1e17, moment.timeIntervalSince1970 * 1e6)))
  }

  private static func date(_ microseconds: Int) -> Date {
    Date(timeIntervalSince1970: Double(max(0, microseconds)) / 1e6)
  }
}

extension TaskAction {
  /// The states of tasks that it is for. A task that waits for its importer stays.
  fileprivate var states: Set<TaskState> {
    switch self {
    case .retry: [.retry, .failed, .done]
    case .purge: [.failed, .done]
    }
  }
}

extension TasksChanged {
  /// Whether all that was asked for is done.
  fileprivate var isWhole: Bool { failed == 0 && skipped == 0 && left == 0 }

  fileprivate mutating func add(_ problem: String) {
    if problems.count < 20 { problems.append(problem) }
  }

  /// What was done, in a line.
  fileprivate var words: String {
    var words = "done for \(done)"
    if failed > 0 { words += ", \(failed) failed" }
    if skipped > 0 { words += ", \(skipped) in use, gone or moved" }
    if left > 0 { words += ", stopped by the time" }
    return words
  }
}
