import ArgumentParser
import Foundation
import Spooling
import Webhooks

/// `levelwind check`: validates the whole configuration.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Validates the whole configuration and prints everything that is wrong.",
    discussion: """
      Each problem names file, line, key and what was expected. Exit 0 if there is no error
      (warnings may be there), 1 if there is one.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print the problems as a JSON array.")
  var json = false
  @Option(help: ArgumentHelp("The responder's user, who owns the spools.", valueName: "name"))
  var user = "levelwind"

  func run() throws {
    let loading = Snapshot.load(
      directory: configuration.directory, credentials: .unknown, now: Date())
    var problems = loading.problems
    // Without that user nothing is installed here, and there is nothing to look at.
    if let snapshot = loading.snapshot, let owner = SystemUser(named: user) {
      problems += snapshot.spoolProblems(owner: owner)
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
    return "no errors: \(counts.active) webhooks active, \(counts.disabled) disabled"
  }
}
