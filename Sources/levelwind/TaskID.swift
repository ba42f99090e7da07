import ArgumentParser
import Spooling

/// A task on the command line: its id or how that begins; also the name or the path of its file, as
/// `task claim` prints it, and the id of its delivery, as its sender was told it.
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

  /// The tasks that it means: those whose id begins so; where there is none, those of a delivery whose id does.
  func places(among places: [TaskPlace]) -> [TaskPlace] {
    let named = TaskSpool.tasks(text, among: places)
    return named.isEmpty ? places.filter(isOfDelivery) : named
  }

  /// How far the ids of a delivery and of its tasks are the same.
  private static let common = 18

  private func isOfDelivery(_ place: TaskPlace) -> Bool {
    place.name.hasPrefix(text.prefix(Self.common))
      && UUIDv7(place.id)?.at(place: 0).description.hasPrefix(text) == true
  }

  /// The one task that it means.
  ///
  /// - Throws: exit code 1 where there is none, or more than one.
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
