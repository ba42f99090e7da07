import ArgumentParser
import Foundation
import Spooling

/// `levelwind wal`: what was acknowledged and can't be published.
struct WAL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wal",
    abstract: "Shows what was acknowledged and is not in its spool, and moves it elsewhere.",
    discussion: """
      A delivery is answered once it is durable in the write-ahead log; its tasks are published \
      into their spools behind the answer. While a spool can't be written, its tasks are set \
      aside, so that the log is emptied of the others', and are published within seconds of its \
      being mended. Where it is never coming back, export copies them, and drop removes them:

        levelwind wal list
        levelwind wal export orders ./orders-tasks
        levelwind wal drop orders

      For root, who acts as the owner of the state directory, or for that user. A responder may \
      run meanwhile.
      """,
    subcommands: [WALList.self, WALShow.self, WALExport.self, WALDrop.self])
}

/// What is set aside, for commands that work on it.
struct AsideOptions: ParsableArguments {
  @OptionGroup var place: StateOptions

  /// The path of the state directory.
  func state() throws -> String {
    do {
      return try place.state()
    } catch {
      throw ExitCode.because(1, error.text)
    }
  }

  /// Opens it. Run as root, the process is the state's owner from then on.
  func open(_ state: String) throws -> AsideTasks {
    try StateOwner.become(of: state)
    return try Self.reading { () throws(SystemError) in try AsideTasks(state: state) }
  }

  /// The tasks of a spool; with ids, those alone.
  ///
  /// - Throws: exit code 1 where there are none.
  static func items(
    of spool: String, _ ids: [TaskID] = [], in tasks: AsideTasks
  ) throws -> [AsideTasks.Item] {
    let all = try reading { () throws(SystemError) in try tasks.items(of: spool) }
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
