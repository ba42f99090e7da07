import Foundation
import Spooling
import Verification

/// What would become of a request, and why: a dry run, with no effect at all.
public struct Explanation: Sendable {
  public let decision: Decision
  /// What the sender would be answered.
  public let answer: Answer
  /// The id that the delivery goes by here; a real one has another.
  public let delivery: String

  /// - Parameters:
  ///   - request: with its `publicURL`, if that is another than the webhook's.
  ///   - identifier: the webhook that it is for, whatever its path says.
  ///   - now: the moment at which it is decided.
  public init(_ request: Request, for identifier: Identifier, at now: Date, in snapshot: Snapshot) {
    let arrival = Arrivals().next(at: now)
    let isTooLarge = request.body.count > snapshot.settings.maxBodyBytes
    var decision = Receiver.decide(request, arrival, snapshot, as: identifier)
    if isTooLarge {
      decision = Decision(
        .rejected(Rejection(.tooLarge, check: "max_body", "\(request.body.count) bytes")),
        webhook: decision.webhook)
    }
    self.decision = decision
    answer = Answer(to: decision, arrival)
    delivery = arrival.id.description
  }

  /// Whether it would be refused.
  public var isRejected: Bool {
    if case .rejected = decision.verdict { true } else { false }
  }

  var verdict: String {
    switch decision.verdict {
    case .accepted, .repeated: "accepted"
    case .answered: "answered"
    case .rejected: "rejected"
    }
  }

  var tasks: [Commit.Entry] { entries.filter { !$0.isState } }

  /// What it would leave for post-processors.
  var records: [Commit.Entry] { entries.filter(\.isRecord) }

  private var entries: [Commit.Entry] {
    switch decision.verdict {
    case .accepted(let commit), .answered(_, let commit): commit.entries
    case .repeated, .rejected: []
    }
  }
}
