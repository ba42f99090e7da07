import ArgumentParser
import FoundationEssentials
import Spooling

/// The options that select tasks, for `list`, `count`, `retry` and `purge`.
struct TaskFilterOptions: ParsableArguments {
  @Argument(help: "Ids of tasks or of their delivery, or the beginnings of ids.")
  var ids: [TaskID] = []
  @Option(help: "Their state: new, cur, retry, failed or done; may be repeated.")
  var state: [TaskState] = []
  @Option(help: "They arrived at least this long ago: 10m, 24h, 30d.")
  var olderThan: Span?
  @Option(help: "They arrived at most this long ago.")
  var newerThan: Span?
  @Option(help: ArgumentHelp("The webhook that they came through.", valueName: "identifier"))
  var webhook: String?
  @Option(help: ArgumentHelp("The sender's own id of their delivery.", valueName: "id"))
  var senderDelivery: String?
  @Option(
    help: ArgumentHelp(
      "A text in the reason why they were given up or deferred.", valueName: "text"))
  var reason: String?
  @Option(help: "At most this many: those that arrived first.")
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit has to be at least 1") }
  }

  /// Whether no option is given. The selection would then be all tasks.
  var isEmpty: Bool {
    ids.isEmpty && state.isEmpty && olderThan == nil && newerThan == nil && webhook == nil
      && senderDelivery == nil && reason == nil
  }

  /// Returns the states to look into: those of `--state`, or else the usual ones.
  func states(usual: [TaskState]) -> [TaskState] {
    let wanted = state.isEmpty ? usual : state
    return TaskState.allCases.filter(wanted.contains)
  }

  /// Returns the selected tasks, in order of arrival.
  ///
  /// - Parameters:
  ///   - spool: the spool to look into.
  ///   - states: the states to look into.
  ///   - isEach: whether each id must select exactly one task.
  /// - Returns: the places of the tasks.
  /// - Throws: exit code 1 if an id doesn't, or the spool can't be read, before anything is done.
  func places(
    in spool: TaskSpool, _ states: [TaskState], isEach: Bool
  ) throws -> [TaskPlace] {
    var filter = TaskFilter(states: Set(states))
    filter.olderThan = olderThan?.duration
    filter.newerThan = newerThan?.duration
    filter.webhook = webhook
    filter.senderDelivery = senderDelivery
    filter.reason = reason
    do {
      var places = try spool.places(in: filter.states)
      if !ids.isEmpty { places = try named(among: places, of: spool, isEach: isEach) }
      let progress = Progress("looked at")
      defer { progress.end() }
      return try spool.select(
        filter, among: places, now: Date(), limit: limit, progress: progress.show)
    } catch let error as TaskSpoolError {
      throw ExitCode.because(1, "\(error)")
    }
  }

  private func named(
    among places: [TaskPlace], of spool: TaskSpool, isEach: Bool
  ) throws -> [TaskPlace] {
    var named: Set<TaskPlace> = []
    for id in ids {
      if isEach {
        named.insert(try id.place(among: places, of: spool))
      } else {
        named.formUnion(id.places(among: places))
      }
    }
    return places.filter(named.contains)
  }
}

extension TaskState: ExpressibleByArgument {}
