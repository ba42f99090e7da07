import Administration
import ArgumentParser
import FoundationEssentials
import Webhooks

/// The deliveries that a command works on: those with the ids that were given, or all that match.
struct ChosenDeliveries {
  private let state: String
  private let ids: [HistoryEntry]
  private let query: DeliveryQuery

  /// - Parameters:
  ///   - names: ids of deliveries, or webhooks' identifiers; not a mixture.
  ///   - selection: the conditions.
  ///   - settings: where the history is.
  /// - Throws: a usage error if all deliveries of a webhook would be meant; exit code 1 if an id is
  ///   unknown.
  init(_ names: [String], _ selection: DeliverySelection, _ settings: Settings) throws {
    state = settings.state
    let state = state
    let webhooks = names.filter { HistoryKept.isKept(of: $0, state: state) }
    var query = try selection.query(webhooks)
    guard webhooks.isEmpty || webhooks.count == names.count else {
      throw ValidationError("expected ids of deliveries, or webhooks, and not both")
    }
    guard webhooks.isEmpty || !query.isEmpty else {
      throw ValidationError(
        "all of its deliveries? Narrow them down: --on, --since, --verdict, --text")
    }
    guard query.isEmpty || !webhooks.isEmpty else {
      throw ExitCode.because(
        1,
        "the history has nothing of \(names.joined(separator: ", ")); conditions go with webhooks, "
          + "and not with ids")
    }
    // What comes while the command works isn't meant.
    query.filter.before = query.filter.before ?? Int(Date().timeIntervalSince1970 * 1_000_000)
    self.query = query
    do throws(DeliveryQuery.NotFound) {
      var ids: [HistoryEntry] = []
      for name in webhooks.isEmpty ? names : [] {
        ids.append(try DeliveryQuery.only(name, state: state))
      }
      self.ids = ids
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
  }

  /// Passes each of them to `body`, the newest first, with progress: a participle such as `erased`.
  func each(_ what: String, _ body: (HistoryEntry) throws -> Void) throws {
    guard ids.isEmpty else { return try ids.forEach(body) }
    let search = DeliverySearch(state: state, query)
    let progress = Progress(what)
    defer { progress.end() }
    var count = 0
    search.watch { progress.show(count, of: $0) }
    while let entry = search.next() {
      count += 1
      try body(entry)
    }
    for problem in search.problems { ExitCode.say(problem) }
  }
}
