import ArgumentParser
import FoundationEssentials
import Glibc
import Serving
import Spooling

/// `levelwind wal export`.
struct WALExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Copies a spool's tasks that are set aside; removes none.",
    discussion: """
      The files have the names that they would have in the spool. Tasks that were to go into \
      failed/ have NAME.reason beside them. The files have mode 0600 and belong to the owner of \
      the state directory. A copy that is there already stays as it is. Nothing is replaced, and \
      no link is followed. If the command ends with 0, everything is durable.
      """)

  @Argument(help: "The spool, as `levelwind wal list` shows it.", completion: .aside)
  var spool: String
  @Argument(
    help: "The folder to copy into. If it is missing, it is made for the state's owner.",
    completion: .directory)
  var folder: String
  @OptionGroup var options: AsideOptions

  func run() throws {
    let state = try options.state()
    if geteuid() != 0 { try StateOwner.become(of: state) }
    let tasks = try AsideOptions.reading { () throws(SystemError) in
      try AsideTasks(state: state)
    }
    let items = try AsideOptions.items(of: spool, in: tasks)
    // Root makes the folder, since the state's owner may not be allowed to.
    let owner = try StateOwner.of(state)
    let target = try Self.known { () throws(ExportFolder.Failure) in
      try ExportFolder(path: folder, owner: owner)
    }
    try StateOwner.become(of: state)
    var counts: [AsideTasks.Copying: Int] = [:]
    var failed = 0
    let progress = Progress("copied")
    for (index, item) in items.enumerated() {
      progress.show(index, of: items.count)
      do throws(ExportFolder.Failure) {
        counts[try tasks.copy(item, to: target), default: 0] += 1
      } catch {
        failed += 1
        progress.end()
        ExitCode.say("\(error)")
      }
    }
    progress.end()
    try Self.known { () throws(ExportFolder.Failure) in try target.flush() }
    var words = ["\((counts[.copied] ?? 0).counted("task")) copied to \(folder)"]
    if let present = counts[.present] { words.append("\(present.grouped) there already") }
    if let gone = counts[.gone] { words.append("\(gone.grouped) published in the meantime") }
    if failed > 0 { words.append("\(failed.grouped) not copied") }
    print(words.joined(separator: ", "))
    if failed > 0 { throw ExitCode(1) }
  }

  private static func known<Value>(
    _ body: () throws(ExportFolder.Failure) -> Value
  ) throws -> Value {
    do throws(ExportFolder.Failure) {
      return try body()
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
  }
}
