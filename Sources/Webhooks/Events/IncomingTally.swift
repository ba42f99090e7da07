import Foundation
import Synchronization

/// Counts what deliveries bring to one incoming configuration, in this process.
public final class IncomingTally: Sendable {
  private let created = Atomic(0)
  private let whole = Atomic(0)
  /// Microseconds since 1970; 0 for never.
  private let last = Atomic(0)

  /// Tasks that were committed.
  public var tasks: Int { created.load(ordering: .relaxed) }
  /// Deliveries that were put into `failed/` whole, since they could not be routed.
  public var failed: Int { whole.load(ordering: .relaxed) }
  /// When something was committed into its spool last.
  public var lastCommit: Date? {
    let last = last.load(ordering: .relaxed)
    return last == 0 ? nil : Date(timeIntervalSince1970: Double(last) / 1e6)
  }

  func note(_ outcome: RouteStep.Outcome, at now: Date) {
    switch outcome {
    case .tasks(0), .unwanted, .skipped: return
    case .tasks(let count): created.add(count, ordering: .relaxed)
    case .failed: whole.add(1, ordering: .relaxed)
    }
    last.store(Int(now.timeIntervalSince1970 * 1e6), ordering: .relaxed)
  }
}
