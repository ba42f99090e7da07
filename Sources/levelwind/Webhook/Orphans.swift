import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// The remains of a configuration that is gone: tasks that no webhook knows of, and secrets that no
/// webhook uses.
struct Orphans {
  let snapshot: Snapshot
  /// The configuration's folder.
  let directory: String

  var problems: [Problem] { spools + secrets }

  /// Returns the number of tasks in a spool in words: `2 new, 1 failed`; nil if there isn't any.
  ///
  /// - Throws: `TaskSpoolError` if the spool isn't complete, or this user may not look.
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

  /// Secrets that no webhook uses. Empty while a webhook can't be read, since it may use any of
  /// them.
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
        "no webhook uses it; if none will: " + Remedy.dropSecret("\(folder)/\(name)").inline)
    }
  }

  /// Whether a webhook's text contains the name anywhere: in the path of a `file`, as a public key,
  /// or in a comment.
  private func isMentioned(_ name: String) -> Bool {
    snapshot.webhooks.keys.contains { identifier in
      let path = "\(directory)/webhooks/\(identifier).yaml"
      return (try? String(contentsOfFile: path, encoding: .utf8))?.contains(name) ?? true
    }
  }
}
