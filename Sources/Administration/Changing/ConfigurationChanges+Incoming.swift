import FoundationEssentials
import Webhooks

extension ConfigurationChanges {
  /// Makes an incoming configuration.
  ///
  /// - Returns: the warnings.
  package func create(_ template: IncomingTemplate) throws(ChangeFailure) -> [Problem] {
    let path = "incoming/\(template.identifier).yaml"
    var drafts = Drafts()
    drafts.set(path, to: template.bytes)
    let warnings = try validate(drafts, path)
    try make([NewFile(path: path, bytes: template.bytes, isSecret: false)])
    return warnings
  }

  /// Requires that no webhook uses an incoming configuration.
  ///
  /// - Parameters:
  ///   - path: its file.
  ///   - snapshot: the configuration as it is.
  /// - Throws: with the webhooks that use it.
  package func requireUnused(_ path: String, in snapshot: Snapshot) throws(ChangeFailure) {
    var drafts = Drafts()
    drafts.set(path, to: nil)
    let after = Snapshot.load(
      directory: directory, credentials: .unknown, now: now, readsSecrets: false, drafts: drafts)
    // Errors that exist already don't count.
    let new = after.problems.filter { problem in
      problem.severity == .error && !snapshot.problems.contains(problem)
    }
    let users = Set(new.map(\.file)).sorted()
    guard users.isEmpty else {
      throw .failed(
        "these webhooks use it: \(users.joined(separator: ", ")); change or delete them first")
    }
  }

  /// Removes an incoming configuration's file. Its spool stays.
  package func deleteIncoming(_ path: String) throws(ChangeFailure) {
    try attempt { () throws(ConfigurationFiles.Failure) in try files.remove(path) }
  }
}
