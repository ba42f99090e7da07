import Administration
import ArgumentParser
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
    try target.change.change { (changes) throws(ChangeFailure) in
      try changes.requireUnused(target.path, in: snapshot)
      return []
    }
    guard yes || Terminal.confirms("Delete \(target.path)?") else {
      throw ExitCode.because(1, "nothing was deleted; --yes deletes it without asking")
    }
    try target.change.change { (changes) throws(ChangeFailure) in
      try changes.deleteIncoming(target.path)
      return []
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
}
