import ArgumentParser
import Spooling

/// `levelwind task release`: ends claims, and leaves the tasks to others.
struct TaskReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Ends claims: the tasks go back to new/, for others.",
    discussion: "No failed attempt is counted.")

  @OptionGroup var claims: ClaimOptions

  func run() throws {
    let spool = try claims.spool.open()
    try claims.end(of: spool) { claim throws(TaskSpoolError) in try claim.release() }
  }
}
