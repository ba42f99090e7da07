import ArgumentParser
import FoundationEssentials
import Glibc
import Serving
import Spooling

/// `levelwind wal drop`.
struct WALDropCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Removes tasks of a spool that are set aside, for good.",
    discussion: """
      Their senders were told that they arrived, and won't send them again. To copy the tasks \
      first, use `levelwind wal export`. Asks first on a terminal. Without a terminal, --yes is \
      needed. Without a yes, nothing is removed (exit 1).
      """)

  @Argument(help: "The spool, as `levelwind wal list` shows it.", completion: .aside)
  var spool: String
  @Argument(help: "Ids of its tasks, or the beginnings of ids. By default all.")
  var ids: [TaskID] = []
  @OptionGroup var options: AsideOptions
  @Flag(help: "Do not ask.")
  var yes = false

  func run() throws {
    if !yes, !Terminal.isInteractive {
      throw ValidationError("there is no terminal for the question: --yes removes without asking")
    }
    let tasks = try options.open(try options.state())
    let items = try AsideOptions.items(of: spool, ids, in: tasks)
    let bytes = items.reduce(0) { $0 + $1.bytes }
    let what = "\(items.count.counted("acknowledged task")) of \(spool) (\(bytes.size))"
    guard yes || Terminal.confirms("Remove \(what) for good? Their senders won't send them again.")
    else { throw ExitCode.because(1, "nothing was removed") }
    let dropped = try AsideOptions.reading { () throws(SystemError) in try tasks.drop(items) }
    let gone = items.count - dropped
    print(
      "\(dropped.counted("acknowledged task")) of \(spool) removed"
        + (gone > 0 ? ", \(gone.grouped) published in the meantime" : ""))
  }
}
