import ArgumentParser
import Spooling

/// `levelwind task fail`: ends claims of tasks that an importer gives up.
struct TaskFailCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fail", abstract: "Ends claims: the tasks are given up, into failed/.",
    discussion: "They stay there until levelwind task retry or levelwind task purge.")

  @OptionGroup var claims: ClaimOptions
  @Option(
    help: ArgumentHelp("The reason, for people. It is written to <name>.reason.", valueName: "text")
  )
  var reason: String

  func validate() throws {
    if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason is empty") }
  }

  func run() throws {
    let spool = try claims.spool.open()
    try claims.end(of: spool) { claim throws(TaskSpoolError) in try claim.giveUp(reason) }
  }
}
