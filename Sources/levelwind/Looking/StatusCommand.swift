import Administration
import ArgumentParser
import FoundationEssentials
import Serving

/// `levelwind status`: the state of all processes, webhooks and spools.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows the state of webhooks and spools, what is broken and what to do.",
    discussion: """
      Reads what the processes wrote into status/ of the state directory a few seconds ago: run it \
      as root or as levelwind. Times are local, with their offset. Exit 0, whatever it shows, and \
      1 if this user may not look. For monitors there is `levelwind health`.
      """)

  @OptionGroup var place: StateOptions
  @Flag(help: "Print only what needs to be mended.")
  var problems = false
  @Flag(help: "Print one JSON object, or an array with --problems.")
  var json = false

  func run() throws {
    let now = Date()
    let report = StatusReport.read(
      state: try state(), limits: HealthLimits(),
      importers: ImporterServices.findings(directory: place.configuration.directory), at: now)
    if let barrier = report.barrier { throw ExitCode.because(1, Access.words(barrier)) }
    let screen = Terminal.screen
    switch (problems, json) {
    case (false, false): print(report.text(at: now, on: screen))
    case (false, true): print(try SenderPage.json(report))
    case (true, false): print(report.problems(on: screen).joined(separator: "\n"))
    case (true, true): print(try SenderPage.json(report.findings))
    }
  }

  private func state() throws -> String {
    do {
      return try place.state()
    } catch {
      throw ExitCode.because(1, error.text)
    }
  }
}
