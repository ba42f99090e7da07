import ArgumentParser
import Bytes
import FoundationEssentials
import Serving
import Spooling
import Webhooks

/// `levelwind wal show`.
struct WALShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a task that is set aside, or those of a spool.")

  @Argument(help: "A spool, a task's id, or the beginning of one.", completion: .aside)
  var what: String
  @OptionGroup var options: AsideOptions

  func run() throws {
    let tasks = try options.open(try options.state())
    let spools = try AsideOptions.reading { () throws(SystemError) in try tasks.spools() }
    if spools.contains(SpoolID(path: what)) {
      var output = Output()
      for item in try AsideOptions.items(of: what, in: tasks) { output.append(line: line(item)) }
      return output.flush()
    }
    guard let id = TaskID(argument: what) else {
      throw ValidationError("name a spool or an id")
    }
    let found = try spools.flatMap { spool in
      try AsideOptions.reading { () throws(SystemError) in try tasks.items(of: spool) }
        .filter { $0.name.hasPrefix(id.text) }
    }
    guard let item = found.first, found.count == 1 else { throw AsideOptions.unclear(id, found) }
    TaskShowCommand.print(
      [
        ("id", item.id),
        ("state", "set aside, to be published into \(item.isFailed ? "failed" : "new")/"),
        ("arrived", item.arrival.map { Terminal.time($0, utc: $0.rfc3339) }),
        ("file", "\(tasks.path)/\(item.path)"), ("spool", item.spool.path),
      ] + TaskShowCommand.rows(tasks.header(of: item)) + [("reason", tasks.reason(of: item))])
  }

  private func line(_ item: AsideTasks.Item) -> String {
    let arrival = item.arrival.map { moment in
      let screen = Terminal.screen
      return screen.isNarrow ? screen.time(moment) : Terminal.time(moment, utc: moment.rfc3339)
    }
    return [
      item.id, item.isFailed ? "failed" : "new   ", arrival ?? "-", item.bytes.counted("byte"),
    ].joined(separator: "  ")
  }
}
