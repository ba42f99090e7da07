import ArgumentParser
import Spooling

/// A task on the command line: its id or how that begins; also the name or the path of its file, as
/// `task claim` prints it.
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

  /// The one task that it means.
  ///
  /// - Throws: exit code 1 where there is none, or more than one.
  func place(among places: [TaskPlace], of spool: TaskSpool, _ what: String = "") throws
    -> TaskPlace
  {
    let found = TaskSpool.tasks(text, among: places)
    if found.count == 1 { return found[0] }
    guard !found.isEmpty else {
      throw ExitCode.because(
        1, "no \(what)task of \(spool.identifier) has an id that begins with \"\(text)\"")
    }
    let shown = found.prefix(5).map { "\n  \($0.id) in \($0.state)" }.joined()
    let more = found.count > 5 ? "\n  and \(found.count - 5) more" : ""
    throw ExitCode.because(
      1, "\"\(text)\" is ambiguous: \(found.count) tasks begin with it\(shown)\(more)")
  }
}
