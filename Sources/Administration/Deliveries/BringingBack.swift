import Bytes
import FoundationEssentials
import Glibc
import History
import Serving
import Spooling
import Verification
import Webhooks

/// Brings a delivery back: makes its tasks durable, and logs that. The process has to run as the
/// user that owns the state.
public struct BringingBack {
  /// The reason why it wasn't brought back: its tasks can't be made durable, or that can't be
  /// noted.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// The reason in words.
    public let description: String
  }

  private let folder: HistoryFolder
  private let reason: String
  /// Takes the entry for the log.
  var note: (LogRecord) -> Void = ServiceLog.note

  /// Prepares to bring deliveries back.
  ///
  /// - Parameters:
  ///   - state: the path of the state directory.
  ///   - reason: by what and by whom, for the log.
  public init(state: String, _ reason: String) {
    folder = HistoryFolder(state: state)
    self.reason = reason
  }

  /// Brings one back. After a failure or a kill it can be repeated: the ids of its tasks are those
  /// of its first time, and a task that lies anywhere in its spool is not made again.
  ///
  /// - Parameters:
  ///   - entry: the delivery.
  ///   - decision: the second decision about it.
  ///   - commit: the commit of that decision.
  ///   - target: the only incoming configuration that it goes to; nil for those of the webhook.
  /// - Returns: the tasks, which are durable.
  /// - Throws: the reason why it wasn't brought back as a whole.
  public func run(
    _ entry: HistoryEntry, _ decision: SecondDecision, _ commit: Commit, to target: String?
  ) throws(Failure) -> [Commit.Entry] {
    do throws(SpoolError) {
      try decision.commit(commit)
    } catch {
      throw Failure(description: "its tasks can't be made durable: \(error)")
    }
    let facts = entry.facts
    let tasks = commit.entries.filter { !$0.isState }
    do {
      try BroughtBack(folder, facts.webhook).add(
        BroughtBack.Mark(
          number: entry.number, time: Date().rfc3339, target: target ?? "",
          tasks: tasks.map(\.id.description)))
    } catch {
      throw Failure(description: "its tasks are made, but that can't be noted: \(error)")
    }
    note(
      LogRecord(
        .broughtBack, at: Date(),
        fields: [
          ("webhook", .text(facts.webhook)), ("delivery", .text(facts.id)),
          ("verdict", .text("accepted")), ("tasks", .list(tasks.map(\.id.description))),
          ("reason", .text(reason)),
          ("remote", .text(facts.remote)), ("body_bytes", .number(facts.bodyBytes)),
          ("trace_id", .text(facts.traceId)), ("span_id", .text(facts.spanId)),
        ]))
    return tasks
  }
}
