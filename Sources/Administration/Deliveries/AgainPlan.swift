import FoundationEssentials
import Spooling
import Verification
import Webhooks

/// What becomes of deliveries that are brought back: by today's configuration, without an effect.
public struct AgainPlan {
  /// What becomes of one of them.
  public enum Fate {
    /// It passes. Its tasks have to be committed.
    case passes(SecondDecision, Commit)
    /// It was brought back before.
    case before
    /// A copy of it was accepted under another id.
    case copy
    /// It is a handshake, and its sender no longer waits for the answer.
    case handshake
    /// Its body was not kept.
    case bodiless
    /// It is refused, for this reason.
    case refused(String)
  }

  /// How many reasons of refusals are told apart.
  private static let mostReasons = 20

  private let snapshot: Snapshot
  private let target: Identifier?
  private let isRepeating: Bool
  private let marks: DeliveryMarks
  /// How many pass.
  public private(set) var passing = 0
  /// The number of tasks by spool.
  public private(set) var tasks: [String: Int] = [:]
  /// How many were brought back before.
  public private(set) var before = 0
  /// How many have a copy that was accepted under another id.
  public private(set) var copies = 0
  /// How many are handshakes.
  public private(set) var handshakes = 0
  /// How many have no body that was kept.
  public private(set) var bodiless = 0
  /// How many of those that pass were verified by a secret that isn't kept.
  public private(set) var unverifiable = 0
  /// The reasons of refusals, at most 20, each with the id of an example.
  public private(set) var refusals: [(reason: String, count: Int, example: String)] = []
  /// How many were refused for further reasons.
  public private(set) var otherRefusals = 0

  /// Prepares a plan.
  ///
  /// - Parameters:
  ///   - snapshot: today's configuration, with its secrets.
  ///   - target: the only incoming configuration to route to; nil for those of the webhook.
  ///   - isRepeating: whether those are meant that were brought back before.
  ///   - state: the path of the state directory.
  public init(
    _ snapshot: Snapshot, _ target: Identifier?, isRepeating: Bool, state: String
  ) {
    self.snapshot = snapshot
    self.target = target
    self.isRepeating = isRepeating
    marks = DeliveryMarks(state: state)
  }

  /// Decides about a delivery, without an effect.
  public func fate(of entry: HistoryEntry) -> Fate {
    let isBack = marks.of(entry).contains { $0.target == (target?.text ?? "") }
    if isBack, !isRepeating { return .before }
    guard entry.body != nil, let request = try? CapturedMessage(entry.message).request else {
      return .bodiless
    }
    let decision = SecondDecision(entry.facts, request, in: snapshot, to: target)
    return switch decision.outcome {
    case .accepted(let commit): .passes(decision, commit)
    case .repeated: .copy
    case .answered: .handshake
    case .rejected(let rejection): .refused(reason(rejection, entry.facts))
    }
  }

  private func reason(_ rejection: Rejection, _ facts: DeliveryFacts) -> String {
    let reason = "\(rejection.check): \(rejection.reason)"
    guard let missing = facts.missing, target == nil else { return reason }
    return facts.verified != nil
      ? "\(reason); its secret was not kept (\(missing)): --to INCOMING takes it as verified"
      : "\(reason); what carried a secret was not kept (\(missing)): its sender has to send it again"
  }

  /// Counts a delivery.
  public mutating func add(_ entry: HistoryEntry) {
    switch fate(of: entry) {
    case .passes(_, let commit):
      passing += 1
      if target != nil, entry.facts.missing != nil { unverifiable += 1 }
      for one in commit.entries where !one.isState { tasks[one.spool.path, default: 0] += 1 }
    case .before: before += 1
    case .copy: copies += 1
    case .handshake: handshakes += 1
    case .bodiless: bodiless += 1
    case .refused(let reason):
      if let place = refusals.firstIndex(where: { $0.reason == reason }) {
        refusals[place].count += 1
      } else if refusals.count < Self.mostReasons {
        refusals.append((reason, 1, entry.facts.id))
      } else {
        otherRefusals += 1
      }
    }
  }
}
