import Foundation
import Serving
import Spooling
import Webhooks

/// What lies about of a configuration that is gone: tasks that nobody is told of, and secrets that nobody
/// uses.
struct Orphans {
  let snapshot: Snapshot
  /// The configuration's folder.
  let directory: String

  var problems: [Problem] { spools + secrets }

  /// How many tasks lie in a spool, in words: `2 new, 1 failed`; nil where there are none.
  ///
  /// - Throws: where there is no whole spool, or this user may not look.
  static func tasks(in spool: String) throws -> String? {
    let states: [TaskState] = [.new, .cur, .retry, .failed]
    let counts = try TaskSpool(path: spool).counts(of: states)
    let parts = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private var spools: [Problem] {
    let root = snapshot.settings.spool
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return names.sorted().compactMap { name in
      guard Identifier(name) != nil, access("\(directory)/incoming/\(name).yaml", F_OK) != 0,
        let tasks = try? Self.tasks(in: "\(root)/\(name)")
      else { return nil }
      return Problem(
        .warning, file: "\(root)/\(name)",
        "\(tasks), and there is no incoming/\(name).yaml: "
          + Remedy.restoreIncoming(name).inline)
    }
  }

  /// Not while a webhook can't be read: it may be the one that uses them.
  private var secrets: [Problem] {
    let webhooks = snapshot.webhooks.values.compactMap(\.webhook)
    guard webhooks.count == snapshot.webhooks.count else { return [] }
    let used = Set(webhooks.flatMap(\.secrets).compactMap(\.fileName))
    let folder = "\(directory)/secrets"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { name in
      var status = stat()
      return !name.hasPrefix(".") && !used.contains(name) && !isMentioned(name)
        && stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }.map { name in
      Problem(
        .notice, file: "secrets/\(name)",
        "no webhook uses it; if none is going to: " + Remedy.dropSecret("\(folder)/\(name)").inline)
    }
  }

  /// Whether a webhook's text has it anywhere: as the path of a `file`, a public key, or what is commented out.
  private func isMentioned(_ name: String) -> Bool {
    snapshot.webhooks.keys.contains { identifier in
      let path = "\(directory)/webhooks/\(identifier).yaml"
      return (try? String(contentsOfFile: path, encoding: .utf8))?.contains(name) ?? true
    }
  }
}
