import ArgumentParser
import Spooling

/// A task of a spool, in any state, for `show` and `body`.
struct TaskOptions: ParsableArguments {
  @OptionGroup var spool: SpoolOptions
  @Argument(help: "The id of the task or of its delivery, or the beginning of one.")
  var id: TaskID

  /// Opens the task's file for reading.
  ///
  /// - Throws: exit code 75 if it is moved each time; 1 for other reasons.
  func view() throws -> (view: TaskView, spool: TaskSpool) {
    let spool = try spool.open()
    do {
      // An importer may move the task between listing and opening.
      for _ in 1...5 {
        let place = try id.place(among: try spool.places(in: Set(TaskState.allCases)), of: spool)
        if let view = try spool.view(place) { return (view, spool) }
      }
    } catch let error as TaskSpoolError {
      throw ExitCode.because(1, "\(error)")
    }
    throw ExitCode.because(75, "the task is being moved")
  }
}

/// A task on the command line. It is named by its id, by the name or the path of its file, as `task
/// claim` prints it, or by the id of its delivery, as its sender was told it. The beginning of an
/// id is enough.
struct TaskID: ExpressibleByArgument {
  let text: String

  init?(argument: String) {
    var text = argument.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    for ending in [".drain", ".json"] where text.hasSuffix(ending) {
      text = text.dropLast(ending.count)
    }
    guard !text.isEmpty else { return nil }
    self.text = String(text)
  }

  /// Returns the tasks whose id begins with the text. If there isn't one, returns those of the
  /// delivery whose id begins so.
  func places(among places: [TaskPlace]) -> [TaskPlace] {
    let named = TaskSpool.tasks(text, among: places)
    return named.isEmpty ? places.filter(isOfDelivery) : named
  }

  /// The number of characters that the ids of a delivery and its tasks have in common.
  private static let common = 18

  private func isOfDelivery(_ place: TaskPlace) -> Bool {
    place.name.hasPrefix(text.prefix(Self.common))
      && UUIDv7(place.id)?.at(place: 0).description.hasPrefix(text) == true
  }

  /// Returns the one task with this id.
  ///
  /// - Throws: exit code 1 unless there is exactly one.
  func place(among places: [TaskPlace], of spool: TaskSpool, _ what: String = "") throws
    -> TaskPlace
  {
    let found = self.places(among: places)
    if found.count == 1 { return found[0] }
    guard let first = found.first else {
      throw ExitCode.because(
        1, "no \(what)task of \(spool.identifier) has an id that begins with \"\(text)\"")
    }
    let isDelivery = !first.name.utf8.starts(with: text.utf8)
    let most = isDelivery ? 20 : 5
    let shown = found.prefix(most).map { "\n  \($0.id) in \($0.state)" }.joined()
    let more = found.count > most ? "\n  and \(found.count - most) more" : ""
    let words =
      isDelivery
      ? "delivery \(text) has \(found.count) tasks of \(spool.identifier): say which"
      : "\"\(text)\" is ambiguous: \(found.count) tasks begin with it"
    throw ExitCode.because(1, words + shown + more)
  }
}
