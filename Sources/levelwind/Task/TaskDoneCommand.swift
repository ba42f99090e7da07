import ArgumentParser
import FoundationEssentials
import Spooling
import Webhooks

/// `levelwind task done`: ends claims of finished tasks.
struct TaskDoneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "done", abstract: "Ends claims: the tasks are finished.",
    discussion: """
      The files of finished tasks are removed. With keep_done in the incoming configuration, they \
      are moved into done/ instead, under today's date, and days that are older than keep_done are \
      removed.
      """)

  @OptionGroup var claims: ClaimOptions

  func run() throws {
    let place = try claims.spool.find()
    let kept = try SpoolOptions.known(place.keepDone)
    let spool = try claims.spool.open(place)
    let now = Date()
    try claims.end(of: spool) { claim throws(TaskSpoolError) in
      try claim.finish(keepingUnder: kept == nil ? nil : DoneDay(now))
    }
    if let kept { _ = try? spool.sweepDone(keeping: kept, now: now) }
  }
}
