import ArgumentParser
import FoundationEssentials
import Glibc
import Spooling

/// `levelwind task purge`: removes tasks.
struct TaskPurgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Removes tasks for good, with their .reason and .retry files.",
    discussion: """
      Asks first on a terminal. Without a terminal, --yes is needed. Without --state, ids are \
      looked for in all states, and filters apply to failed tasks. Tasks that a drain works on \
      stay. Exit 1 if something could not be removed or the answer isn't yes, 75 if something was \
      in use or gone.
      """)

  @OptionGroup var spool: SpoolOptions
  @OptionGroup var filter: TaskFilterOptions
  @Flag(help: "List what would be removed; change nothing.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
  @Flag(help: "Print what was done as a JSON object; with --dry-run, the tasks as an array.")
  var json = false

  func validate() throws {
    if filter.isEmpty {
      throw ValidationError("name the tasks: ids, --state failed for all failed ones, or a filter")
    }
  }

  func run() throws {
    if !yes, !dryRun, isatty(STDIN_FILENO) == 0 {
      throw ValidationError("there is no terminal for the question: --yes removes without asking")
    }
    let spool = try spool.open()
    let usual: [TaskState] = filter.ids.isEmpty ? [.failed] : TaskState.allCases
    let places = try filter.places(in: spool, filter.states(usual: usual), isEach: true)
    if dryRun {
      var lines = TaskLines(isLong: false, isJSON: json)
      return lines.print(places, of: spool)
    }
    if !yes, !places.isEmpty, !confirm(places, of: spool) {
      throw ExitCode.because(1, "nothing was removed")
    }
    try remove(places, of: spool)
  }

  private func remove(_ places: [TaskPlace], of spool: TaskSpool) throws {
    var (removed, skipped, failed) = (0, 0, 0)
    let progress = Progress("removed")
    for (index, place) in places.enumerated() {
      progress.show(index, of: places.count)
      do throws(TaskSpoolError) {
        if try spool.purge(place) { removed += 1 } else { skipped += 1 }
      } catch {
        failed += 1
        progress.end()
        ExitCode.say("\(error)")
      }
    }
    progress.end()
    let more =
      (failed > 0 ? ", \(failed) not removed" : "")
      + (skipped > 0 ? ", \(skipped) in use or gone" : "")
    print(
      json
        ? "{\"removed\":\(removed),\"failed\":\(failed),\"skipped\":\(skipped)}"
        : "\(removed) removed\(more)")
    if failed > 0 { throw ExitCode(1) }
    if skipped > 0 { throw ExitCode(75) }
  }

  private func confirm(_ places: [TaskPlace], of spool: TaskSpool) -> Bool {
    let states = TaskState.allCases.compactMap { state -> String? in
      let count = places.count { $0.state == state }
      return count > 0 ? "\(count) \(state)" : nil
    }
    let question =
      "Remove \(places.count) tasks of \(spool.identifier) for good"
      + " (\(states.joined(separator: ", ")))? [y/N] "
    Output.write(question, to: STDERR_FILENO)
    return ["y", "yes"].contains(readLine()?.lowercased())
  }
}
