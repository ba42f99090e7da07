import ArgumentParser
import FoundationEssentials
import Webhooks

/// `levelwind incoming delete`: removes an incoming configuration, and no task.
struct IncomingDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Removes an incoming configuration's file; its spool stays.",
    discussion: """
      Asks first. Refuses while a webhook refers to it. Exit 1 if nothing was deleted.
      """)

  @OptionGroup var target: IncomingTarget
  @Flag(help: "Don't ask.")
  var yes = false

  func run() throws {
    _ = try target.bytes()
    let snapshot = try target.change.configuration.snapshot()
    let users = users(in: snapshot)
    guard users.isEmpty else {
      throw ExitCode.because(
        1,
        "these webhooks use it: \(users.joined(separator: ", ")); change or delete them first")
    }
    guard yes || Terminal.confirms("Delete \(target.path)?") else {
      throw ExitCode.because(1, "nothing was deleted; --yes deletes it without asking")
    }
    try target.change.change { (files) throws(ConfigurationFiles.Failure) in
      try files.remove(target.path)
    }
    print("Deleted \(target.path).")
    let spool = "\(snapshot.settings.spool)/\(target.identifier)"
    do {
      let tasks = try Orphans.tasks(in: spool).map { "with \($0) in it" } ?? "without a task in it"
      print("Its spool stays, \(tasks): \(spool)")
    } catch {
      print("Its spool, if there is one, stays: \(spool)")
    }
    try target.change.reload(target.path)
  }

  /// Returns the files of the webhooks that deleting the incoming configuration would break. Errors
  /// that exist already don't count.
  private func users(in snapshot: Snapshot) -> [String] {
    var drafts = Drafts()
    drafts.set(target.path, to: nil)
    let after = Snapshot.load(
      directory: target.change.configuration.directory, credentials: .unknown, now: Date(),
      drafts: drafts)
    let new = after.problems.filter { problem in
      problem.severity == .error && !snapshot.problems.contains(problem)
    }
    return Set(new.map(\.file)).sorted()
  }
}
