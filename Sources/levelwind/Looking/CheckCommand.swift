import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// `levelwind check`: validates the whole configuration.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates the whole configuration and prints everything that is wrong.",
    discussion: """
      Each problem is printed with its file, line and key, and what was expected there. Exit 0 if \
      there is no error (there may be warnings), 1 if there is one.

      If the responder's user exists, the spools are checked, too. For /etc/levelwind, or with \
      --machine, the machine is checked as well:

        - nginx or Apache: one request goes through it to base_url's host, at this
          machine's own address. This configuration's responder alone can answer it,
          and it is stored nowhere. It shows whether the web server runs with these
          files and hands webhooks over;
        - the web server and the responder have the same limits;
        - each spool and the state directory lie on local disks with free space;
        - the responder can read every file, and other users can't read the secrets;
        - services may write and run what they need;
        - importers' units have a user, its group and a program;
        - something keeps the clock in time.

      With --tests, the examples in the folder tests are run as well, as levelwind test does.

      Each finding comes with the command that mends it. Only root sees all of them.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print the problems as a JSON array.")
  var json = false
  @Flag(help: "Run the examples of the webhooks, too; what fails is an error.")
  var tests = false
  @Option(help: ArgumentHelp("The responder's user, who owns the spools.", valueName: "name"))
  var user = "levelwind"
  @Flag(inversion: .prefixedNo, help: "Check the machine, too. By default for /etc/levelwind.")
  var machine: Bool?
  @Option(help: ArgumentHelp("nginx's configuration, if not the usual one.", valueName: "file"))
  var nginx: String?
  @Option(help: ArgumentHelp("Apache's configuration, if not the usual one.", valueName: "file"))
  var apache: String?
  @Option(
    help: ArgumentHelp(
      "The responder's socket, if not the one that the web server names.", valueName: "path"))
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
      problems += snapshot.historyProblems
      problems += Orphans(snapshot: snapshot, directory: configuration.directory).problems
      problems += StatusReport.unloaded(state: snapshot.settings.state).map { file in
        Problem(.notice, file: file, "changed on disk since it was loaded: \(Remedy.load.inline)")
      }
    }
    if tests { problems += Self.failures(configuration.directory) }
    // Without the responder's user nothing is installed on this machine.
    if let snapshot = loading.snapshot, let owner = SystemUser(named: user) {
      problems += snapshot.spoolProblems(owner: owner)
      if machine ?? (configuration.directory == ConfigurationOptions.usual),
        let responder = Account(named: user)
      {
        problems += MachineCheck(
          snapshot: snapshot, directory: configuration.directory, responder: responder,
          nginxFile: nginx, apacheFile: apache, socket: socket
        ).run(now: Date())
      }
    } else if machine == true {
      throw ExitCode.because(1, "there is no user \(user): name the responder's user with --user")
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

  private static func failures(_ directory: String) -> [Problem] {
    let now = Date()
    let examples = Examples(directory: directory, now: now)
    return examples.problems + examples.all.flatMap { examples.run($0, now: now).problems }
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
