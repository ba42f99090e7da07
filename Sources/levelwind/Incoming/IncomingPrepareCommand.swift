import ArgumentParser
import FoundationEssentials
import Glibc
import Spooling
import Webhooks

/// `levelwind incoming prepare`: the spools' directories.
struct IncomingPrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare", abstract: "Makes and repairs the directories of the spools.",
    discussion: """
      Gives each spool its owner, its group (`group` of the incoming configuration) and its modes, \
      and prints what it changed. A second run changes nothing. Run it as root, before the \
      responder starts and after a change of a group. It follows no links. Exit 1 if something \
      could not be done.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @Option(help: ArgumentHelp("The responder's user.", valueName: "name"))
  var user = "levelwind"

  func run() throws {
    guard let owner = SystemUser(named: user) else {
      throw ExitCode.because(1, "there is no user \"\(user)\"")
    }
    guard geteuid() == 0 || geteuid() == owner.user else {
      throw ExitCode.because(1, "only root can give directories to another user and group")
    }
    let loading = Snapshot.load(
      directory: configuration.directory, credentials: .unknown, now: Date())
    guard let snapshot = loading.snapshot else {
      throw ExitCode.because(1, loading.problems.map(\.description).joined(separator: "\n"))
    }
    let (findings, problems) = snapshot.prepareSpools(owner: owner, isChanging: true)
    for finding in findings { print("\(finding.path): \(finding.what)") }
    for problem in problems { print(problem) }
    // The spool of a refused file can't be prepared before somebody mends the file.
    let refused = snapshot.refusedFiles.filter { $0.hasPrefix("incoming/") }
    for file in refused { print("\(file): refused, its spool is left as it is") }
    guard findings.allSatisfy({ !$0.isOpen }), problems.isEmpty, refused.isEmpty else {
      throw ExitCode(1)
    }
  }
}
