import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// Lets a kept rejection in that passes now: makes its tasks durable, keeps it no longer, and logs
/// that. The process has to run as the user that owns the state.
public struct LettingIn {
  /// The reason why it wasn't let in.
  public enum Failure: Error, Equatable {
    /// Another process lets it in, or has done so.
    case held
    /// Its tasks can't be made durable, for this reason.
    case uncommitted(String)
  }

  private let kept: KeptRejection
  private let acceptance: RefusedAcceptance
  private let administrator: uid_t
  /// Takes the entry for the log.
  var note: (LogRecord) -> Void = ServiceLog.note

  /// Prepares to let one in.
  ///
  /// - Parameters:
  ///   - kept: the rejection.
  ///   - acceptance: its second verification, which it passed.
  ///   - administrator: the user who asks for it, for the log.
  public init(_ kept: KeptRejection, _ acceptance: RefusedAcceptance, by administrator: uid_t) {
    self.kept = kept
    self.acceptance = acceptance
    self.administrator = administrator
  }

  /// Lets it in.
  ///
  /// - Parameter commit: the commit of the second verification.
  /// - Returns: the tasks, which are durable.
  /// - Throws: the reason why it wasn't let in.
  public func run(_ commit: Commit) throws(Failure) -> [Commit.Entry] {
    guard let claim = kept.claim() else { throw .held }
    defer { close(claim) }
    do throws(SpoolError) {
      try acceptance.commit(commit)
    } catch {
      throw .uncommitted("\(error)")
    }
    kept.remove()
    let tasks = commit.entries.filter { !$0.isState }
    let verdict = kept.verdict
    note(
      LogRecord(
        .letIn, at: Date(),
        fields: [
          ("webhook", .text(verdict.webhook)), ("delivery", .text(verdict.delivery)),
          ("verdict", .text("accepted")), ("tasks", .list(tasks.map(\.id.description))),
          ("reason", .text("levelwind refused accept, by user \(administrator)")),
          ("remote", .text(verdict.remote)), ("body_bytes", .number(verdict.bodyBytes)),
        ]))
    return tasks
  }
}
