import ArgumentParser
import FoundationEssentials
import Spooling
import Webhooks

/// An incoming configuration as `incoming list` and `incoming show` print it.
struct IncomingPage: Encodable {
  let identifier: String
  let name: String
  let description: String
  let spool: String
  let group: String?
  let filter: String?
  let parser: String?
  let webhooks: [String]
  let keepDone: String?
  /// The number of tasks in each state but `done`; nil if the spool can't be read.
  let tasks: [String: Int]?

  init(_ incoming: Incoming, in snapshot: Snapshot) {
    identifier = incoming.identifier.text
    name = incoming.name
    description = incoming.description
    spool = "\(snapshot.settings.spool)/\(incoming.identifier)"
    group = incoming.group
    filter = incoming.filterText
    parser = incoming.parserType
    keepDone = incoming.keepDone.map(TimeSpan.text)
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

  private static let states: [TaskState] = [.new, .cur, .retry, .failed]

  /// The tasks in words: `5 new, 1 failed`; nil if there isn't any, or the spool can't be read.
  var depth: String? {
    let parts = Self.states.compactMap { state -> String? in
      let count = tasks?[state.rawValue] ?? 0
      return count > 0 ? "\(count) \(state)" : nil
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  static func all(in configuration: ConfigurationOptions) throws -> [IncomingPage] {
    let snapshot = try configuration.snapshot(readsSecrets: false)
    return snapshot.incoming.values.sorted { $0.identifier < $1.identifier }
      .map { IncomingPage($0, in: snapshot) }
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  var text: String {
    let rows: [(String, String?)] = [
      ("identifier", identifier), ("name", name), ("description", description), ("spool", spool),
      ("group", group), ("filter", filter), ("parser", parser),
      ("keep_done", keepDone), ("tasks", depth ?? (tasks == nil ? nil : "none")),
      ("webhooks", webhooks.isEmpty ? "none" : webhooks.joined(separator: ", ")),
    ]
    return rows.compactMap { row in
      row.1.flatMap { $0.isEmpty ? nil : "\(row.0): \($0)" }
    }.joined(separator: "\n")
  }
}
