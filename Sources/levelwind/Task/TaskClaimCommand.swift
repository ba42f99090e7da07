import ArgumentParser
import FoundationEssentials
import Spooling

/// `levelwind task claim`: claims a task for an importer that is a script.
struct TaskClaimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim", abstract: "Claims the next task, and prints the path of its file.",
    discussion: """
      Moves a task into cur/, where no other importer takes it: the first in new/, or else one in \
      retry/ that is due. End the claim with levelwind task done, fail or release. They take the \
      printed path as well as the id. A claim that is not ended stays until levelwind task drain \
      --lease takes it back.

      Exit 75, and nothing is printed, if no task waits; 1 if something is wrong.
      """)

  @OptionGroup var spool: SpoolOptions
  @Argument(
    help: ArgumentHelp(
      "The id of the task to claim or of its delivery, or the beginning of one. By default "
        + "the next task."))
  var id: TaskID?

  func run() throws {
    let spool = try spool.open()
    do {
      guard let claim = try claim(of: spool) else { throw ExitCode(75) }
      print(claim.path)
    } catch let error as TaskSpoolError {
      throw ExitCode.because(1, "\(error)")
    }
  }

  private func claim(of spool: TaskSpool) throws -> Claim? {
    guard let id else { return try spool.claimNextPlainly(now: Date()) }
    let place = try id.place(among: try spool.places(in: [.new, .retry]), of: spool, "waiting ")
    guard place.isNamedPlainly else {
      throw ExitCode.because(1, "\(place.path): the name has control characters in it")
    }
    return try spool.claimPlainly(place)
  }
}
