import ArgumentParser
import Foundation
import Spooling

/// Which tasks are meant: the same for `list`, `count`, `retry` and `purge`.
struct TaskFilterOptions: ParsableArguments {
  @Argument(help: "Ids of tasks or of their delivery, or how they begin.")
  var ids: [TaskID] = []
  @Option(help: "Where they are: new, cur, retry, failed or done; may be repeated.")
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
      "What their reason has in it: why they were given up or deferred.", valueName: "text"))
  var reason: String?
  @Option(help: "As many at most, the first that arrived.")
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is 1 or more") }
  }

  /// Whether nothing says which tasks: then all of them would be meant.
  var isEmpty: Bool {
    ids.isEmpty && state.isEmpty && olderThan == nil && newerThan == nil && webhook == nil
      && senderDelivery == nil && reason == nil
  }

  /// The states that are looked into.
  ///
  /// - Parameter usual: where `--state` says nothing.
  func states(usual: [TaskState]) -> [TaskState] {
    let wanted = state.isEmpty ? usual : state
    return TaskState.allCases.filter(wanted.contains)
  }

  /// The tasks that are meant, in order of arrival.
  ///
  /// - Parameters:
  ///   - states: those that are looked into.
  ///   - isEach: whether each id has to mean one task.
  /// - Throws: exit code 1 where one doesn't, before anything is done.
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
