import FoundationEssentials
import Spooling
import Webhooks

/// An incoming configuration as `incoming list` and `incoming show` print it.
package struct IncomingPage: Encodable {
  package let identifier: String
  package let name: String
  package let description: String
  package let spool: String
  package let group: String?
  package let filter: String?
  package let parser: String?
  package let webhooks: [String]
  package let keepDone: String?
  /// When it was made, as its file says; nil if it doesn't.
  package let created: Date?
  /// When its file was changed last.
  package let updated: Date?
  /// The number of tasks in each state but `done`; nil if the spool can't be read.
  package let tasks: [String: Int]?

  package init(_ incoming: Incoming, in snapshot: Snapshot, updated: Date?) {
    identifier = incoming.identifier.text
    name = incoming.name
    description = incoming.description
    spool = "\(snapshot.settings.spool)/\(incoming.identifier)"
    group = incoming.group
    filter = incoming.filterText
    parser = incoming.parserType
    keepDone = incoming.keepDone.map(TimeSpan.text)
    created = incoming.created
    self.updated = updated
    tasks = (try? TaskSpool(path: spool).counts(of: Self.states)).map { counts in
      Dictionary(uniqueKeysWithValues: counts.map { ($0.0.rawValue, $0.1) })
    }
    webhooks = snapshot.webhooks.filter { _, entry in
      switch entry {
      case .ready(let webhook), .disabled(let webhook):
        webhook.incoming.contains { $0.identifier == incoming.identifier }
      case .broken: false
      }
    }.map(\.key.text).sorted()
  }

  package static let states: [TaskState] = [.new, .cur, .retry, .failed]

  /// The tasks in words: `5 new, 1 failed`; nil if there isn't any, or the spool can't be read.
  package var depth: String? {
    let parts = Self.states.compactMap { state -> String? in
      let count = tasks?[state.rawValue] ?? 0
      return count > 0 ? "\(count) \(state)" : nil
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  package var text: String {
    let rows: [(String, String?)] = [
      ("identifier", identifier), ("name", name), ("description", description), ("spool", spool),
      ("group", group), ("filter", filter), ("parser", parser),
      ("keep_done", keepDone), ("tasks", depth ?? (tasks == nil ? nil : "none")),
      ("webhooks", webhooks.isEmpty ? "none" : webhooks.joined(separator: ", ")),
      ("created", created?.localTime), ("updated", updated?.localTime),
    ]
    return rows.compactMap { row in
      row.1.flatMap { $0.isEmpty ? nil : "\(row.0): \($0)" }
    }.joined(separator: "\n")
  }
}
