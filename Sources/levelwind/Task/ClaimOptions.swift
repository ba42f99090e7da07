import ArgumentParser
import Spooling

/// The claimed tasks on which a command that ends claims works.
struct ClaimOptions: ParsableArguments {
  @OptionGroup var spool: SpoolOptions
  @Argument(
    help: ArgumentHelp(
      "Ids of claimed tasks or of their delivery, the beginnings of ids, or paths from task "
        + "claim."))
  var ids: [TaskID]

  /// Ends the claims of all tasks in the same way.
  ///
  /// - Throws: exit code 1. If a task isn't claimed, nothing was done; if a claim can't be ended,
  ///   the others were.
  func end(of spool: TaskSpool, _ end: (Claim) throws(TaskSpoolError) -> Void) throws {
    var failed = false
    for place in try places(of: spool) {
      do throws(TaskSpoolError) {
        if let claim = try spool.hold(place) {
          try end(claim)
        } else {
          ExitCode.say("\(place.id) is gone, or a drain is working on it")
          failed = true
        }
      } catch {
        ExitCode.say("\(error)")
        failed = true
      }
    }
    if failed { throw ExitCode(1) }
  }

  private func places(of spool: TaskSpool) throws -> [TaskPlace] {
    do {
      let claims = try spool.places(in: .cur)
      return try ids.map { try $0.place(among: claims, of: spool, "claimed ") }
    } catch let error as TaskSpoolError {
      throw ExitCode.because(1, "\(error)")
    }
  }
}
