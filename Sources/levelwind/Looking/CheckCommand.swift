import Administration
import ArgumentParser
import Foundation
import Serving
import Spooling
import Webhooks

/// `levelwind check`: validates the whole configuration.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates the whole configuration and prints everything that is wrong.",
    discussion: """
      Each problem names file, line, key and what was expected. Exit 0 if there is no error \
      (warnings may be there), 1 if there is one.

      Where the responder's user is there, it looks at the spools, too; and for /etc/levelwind, \
      or with --machine, at the machine. It sends one request through nginx, to base_url's host \
      at this machine's own address, which this configuration's responder alone can answer, and \
      which leaves no trace: so nginx runs, with the files that lie there, and hands webhooks \
      over. Besides, that nginx and the responder have the same limits, that each spool and the \
      state lie on local disks with room, that the responder can read every file, and nobody \
      else the secrets, that services may write and run what they have to, that importers' units \
      have a user, its group and a program, and that the clock is kept in time. Each with the \
      command that mends it. Run as root it sees all of that.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print the problems as a JSON array.")
  var json = false
  @Option(help: ArgumentHelp("The responder's user, who owns the spools.", valueName: "name"))
  var user = "levelwind"
  @Flag(inversion: .prefixedNo, help: "Look at the machine, too. By default for /etc/levelwind.")
  var machine: Bool?
  @Option(help: ArgumentHelp("nginx's configuration, if not the usual one.", valueName: "file"))
  var nginx: String?
  @Option(
    help: ArgumentHelp("The responder's socket, if not the one in nginx's.", valueName: "path"))
  var socket: String?

  func run() throws {
    // The responder's own user can read everything that matters to the responder.
    if SystemUser.current.user != SystemUser(named: user)?.user {
      try configuration.requireAccess("webhooks", "incoming", "secrets")
    }
    let loading = Snapshot.load(
      directory: configuration.directory, credentials: .unknown, now: Date(),
      readsOutgoing: true, questionsSecrets: true)
    var problems = loading.problems
    if let snapshot = loading.snapshot {
      problems += Orphans(snapshot: snapshot, directory: configuration.directory).problems
      problems += StatusReport.unloaded(state: snapshot.settings.state).map { file in
        Problem(.notice, file: file, "changed on disk since it was loaded: \(Remedy.load.inline)")
      }
    }
    // Without the responder's user nothing is installed on this machine.
    if let snapshot = loading.snapshot, let owner = SystemUser(named: user) {
      problems += snapshot.spoolProblems(owner: owner)
      if machine ?? (configuration.directory == ConfigurationOptions.usual),
        let responder = Account(named: user)
      {
        problems += MachineCheck(
          snapshot: snapshot, directory: configuration.directory, responder: responder,
          nginxFile: nginx, socket: socket
        ).run(now: Date())
      }
    } else if machine == true {
      throw ExitCode.because(1, "there is no user \(user): --user names the responder's")
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(problems), as: UTF8.self))
    } else {
      for problem in problems { print(problem) }
      print(summary(of: loading, problems))
    }
    if problems.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
  }

  private func summary(of loading: Loading, _ problems: [Problem]) -> String {
    let errors = problems.count { $0.severity == .error }
    guard errors == 0, let counts = loading.snapshot?.counts else {
      return "\(errors) error\(errors == 1 ? "" : "s")"
    }
    let webhooks = counts.active == 1 ? "webhook" : "webhooks"
    let waiting = counts.waiting == 0 ? "" : "\(counts.waiting) waiting for a secret, "
    return "no errors: \(counts.active) \(webhooks) active, \(waiting)\(counts.disabled) disabled"
  }
}
