import Administration
import ArgumentParser
import Webhooks

/// `levelwind reload`: has the responder load its configuration.
struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Makes the responder load the configuration again.",
    discussion: """
      Waits until the responder has loaded it, and prints which files were refused. A refused file \
      keeps its last good version. Exit 0 if there was no error, 1 if there was one, 75 if no \
      responder is running.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @Flag(
    help: """
      Don't notify `levelwind postprocess` and `levelwind-relay`: for service managers, which do \
      that themselves.
      """)
  var responderOnly = false

  func run() throws {
    switch ResponderReload.run(
      directory: configuration.directory, alone: responderOnly, warn: ExitCode.say)
    {
    case .loaded(let problems):
      for problem in problems { print(problem) }
      if problems.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
      print("loaded")
    case .notRunning(let state):
      throw ExitCode.because(
        75, "no responder is running on \(state); it reads the configuration when it starts")
    case .refused(let reason): throw ExitCode.because(1, reason)
    case .late:
      throw ExitCode.because(
        75, "the responder did not load the configuration within 30 seconds; see its log")
    }
  }
}
