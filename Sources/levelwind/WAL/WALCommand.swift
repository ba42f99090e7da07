import ArgumentParser
import FoundationEssentials
import Glibc
import Spooling

/// `levelwind wal`: tasks that were acknowledged and can't be published.
struct WALCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wal",
    abstract: "Shows acknowledged tasks that are not in their spool, and moves them elsewhere.",
    discussion: """
      A delivery is answered once it is durable in the write-ahead log. Its tasks are published \
      into their spools after the answer. If a spool can't be written, its tasks are set aside, so \
      that the log can be emptied of other spools' tasks. Once the spool is mended, they are \
      published within seconds. If the spool never comes back, export copies the tasks, and drop \
      removes them:

        levelwind wal list
        levelwind wal export orders ./orders-tasks
        levelwind wal drop orders

      Run it as root, who acts as the owner of the state directory, or as that owner. The \
      responder may run at the same time.
      """,
    subcommands: [
      WALListCommand.self, WALShowCommand.self, WALExportCommand.self, WALDropCommand.self,
    ])
}

/// The tasks that are set aside, for commands that work on them.
struct AsideOptions: ParsableArguments {
  @OptionGroup var place: StateOptions

  /// Returns the path of the state directory.
  ///
  /// - Throws: exit code 1 if levelwind.yaml can't be used.
  func state() throws -> String {
    do {
      return try place.state()
    } catch {
      throw ExitCode.because(1, error.text)
    }
  }

  /// Opens the tasks that are set aside. If the process is root, it becomes the state's owner for
  /// good.
  func open(_ state: String) throws -> AsideTasks {
    try StateOwner.become(of: state)
    return try Self.reading { () throws(SystemError) in try AsideTasks(state: state) }
  }

  /// Returns the tasks of a spool, or only those with some ids.
  ///
  /// - Throws: exit code 1 if there isn't such a task.
  static func items(
    of spool: String, _ ids: [TaskID] = [], in tasks: AsideTasks
  ) throws -> [AsideTasks.Item] {
    let all = try reading { () throws(SystemError) in try tasks.items(of: SpoolID(path: spool)) }
    guard !all.isEmpty else {
      throw ExitCode.because(
        1, "nothing is set aside of \(spool): `levelwind wal list` shows what is")
    }
    if ids.isEmpty { return all }
    var chosen: [AsideTasks.Item] = []
    for id in ids {
      let found = all.filter { $0.name.hasPrefix(id.text) }
      guard found.count == 1 else { throw unclear(id, found) }
      chosen += found.filter { !chosen.contains($0) }
    }
    return chosen
  }

  static func unclear(_ id: TaskID, _ found: [AsideTasks.Item]) -> ExitCode {
    .because(
      1,
      found.isEmpty
        ? "no task that is set aside has an id that begins with \"\(id.text)\""
        : "\"\(id.text)\" is ambiguous: \(found.count) tasks begin with it")
  }

  static func reading<Value>(_ body: () throws(SystemError) -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw ExitCode.because(1, "what is set aside can't be read: \(error)")
    }
  }
}
