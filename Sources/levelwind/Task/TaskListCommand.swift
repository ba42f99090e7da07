import ArgumentParser
import Spooling

/// `levelwind task list`: the tasks of a spool.
struct TaskListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists tasks in order of arrival: id, state, time, reason.",
    discussion: """
      Reads no task's file unless a filter or --long asks for its content. Therefore a hundred \
      thousand tasks are listed at once. The beginning of an id lists all tasks whose ids begin \
      with it.
      """)

  @OptionGroup var spool: SpoolOptions
  @OptionGroup var filter: TaskFilterOptions
  @Flag(
    help: "Read each task: shows its webhook and the sender's delivery id, and more with --json.")
  var long = false
  @Flag(help: "Print a JSON array.")
  var json = false

  func run() throws {
    let spool = try spool.open()
    let places = try filter.places(
      in: spool, filter.states(usual: TaskState.allCases), isEach: false)
    var lines = TaskLines(isLong: long, isJSON: json)
    lines.print(places, of: spool)
  }
}
