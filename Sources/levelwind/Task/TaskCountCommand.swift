import ArgumentParser
import Spooling

/// `levelwind task count`: how many tasks there are.
struct TaskCountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count", abstract: "Counts tasks by state.")

  @OptionGroup var spool: SpoolOptions
  @OptionGroup var filter: TaskFilterOptions
  @Flag(help: "Print a JSON object.")
  var json = false

  func run() throws {
    let spool = try spool.open()
    let states = filter.states(usual: TaskState.allCases)
    let places = try filter.places(in: spool, states, isEach: false)
    var counts: [TaskState: Int] = [:]
    for place in places { counts[place.state, default: 0] += 1 }
    if json {
      let members = states.map { "\"\($0)\":\(counts[$0] ?? 0)" }
      print("{\(members.joined(separator: ","))}")
    } else {
      for state in states { print("\(state.column)  \(counts[state] ?? 0)") }
    }
  }
}
