import Bytes
import FoundationEssentials
import Serving
import Spooling
import Webhooks

/// Where a task of a delivery is now.
public struct TaskWhereabouts: Sendable {
  /// `new`, `cur`, `retry`, `failed`, `done`, `ended`, `logged` or `gone`.
  public let state: String
  /// The same for people, with what is known of it.
  public let words: String

  /// Looks for a task.
  ///
  /// - Parameters:
  ///   - id: the task's id.
  ///   - incoming: its incoming configuration.
  ///   - settings: where the spools lie.
  ///   - status: the responder's status, which knows what waits in the write-ahead log.
  public init(_ id: String, in incoming: String, _ settings: Settings, _ status: StatusFile?) {
    let name = "\(id).json"
    guard let spool = try? TaskSpool(path: "\(settings.spool)/\(incoming)") else {
      (state, words) = ("gone", "its spool can't be read")
      return
    }
    for place in [
      TaskPlace(.new, name), TaskPlace(.cur, name), TaskPlace(.cur, name, isDrains: true),
      TaskPlace(.retry, name), TaskPlace(.failed, name),
    ] where spool.contains(place) {
      (state, words) = (place.state.rawValue, Self.words(place, spool))
      return
    }
    if let kept = (try? spool.places(in: .done))?.first(where: { $0.name == name }) {
      (state, words) = ("done", "done, kept in done/\(kept.day ?? "")")
    } else if let end = spool.end(of: id) {
      (state, words) = ("ended", "done at \(end), and removed")
    } else if status?.waits(incoming, arrival: TaskPlace(.new, name).arrival) == true {
      (state, words) = ("logged", "in the write-ahead log: its spool can't take it yet")
    } else {
      let latest = spool.changed.map { ", not later than \($0.rfc3339)" } ?? ""
      (state, words) = ("gone", "taken out by its importer\(latest)")
    }
  }

  /// A plain claim is a rename, which leaves no trace of who made it.
  private static func claim(_ place: TaskPlace, _ spool: TaskSpool) -> String {
    let since = spool.claimed(place).map { " since \($0.rfc3339)" } ?? ""
    guard place.isDrains else { return "claimed by an importer\(since)" }
    guard let holder = spool.holder(of: place) else {
      return "claimed by a drain that has ended\(since): the next drain takes it back"
    }
    let user = holder.user.map { " of user \(SystemUser.name(of: $0))" } ?? ""
    return "claimed by a drain, process \(holder.process)\(user)\(since)"
  }

  private static func words(_ place: TaskPlace, _ spool: TaskSpool) -> String {
    let record = spool.record(of: place.name)
    switch place.state {
    case .new: return "waits for an importer"
    case .cur: return claim(place, spool)
    case .retry:
      let due = record?.due.map { " at \($0.rfc3339)" } ?? ""
      return
        "waits for its try number \((record?.attempts ?? 0) + 1)\(due): \(record?.reason ?? "")"
    case .failed: return "failed: \(spool.reason(of: place.name))"
    case .done: return "done"
    }
  }
}

extension StatusFile {
  /// Whether a task of this moment may not be published yet.
  fileprivate func waits(_ incoming: String, arrival: Date?) -> Bool {
    guard let waiting = unpublished[SpoolID.incoming(incoming).path], waiting.tasks > 0 else {
      return false
    }
    guard let oldest = waiting.oldest, let arrival else { return true }
    return arrival >= oldest.addingTimeInterval(-60)
  }
}
