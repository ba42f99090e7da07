import FoundationEssentials
import Spooling
import Verification

/// The decision about a request, with its reasons. It is a dry run without any effect.
public struct Explanation: Sendable {
  /// The decision as the receiver would make it.
  public let decision: Decision
  /// The answer that the sender would get.
  public let answer: Answer
  /// The id of the delivery in this dry run. A real delivery gets another one.
  public let delivery: String

  /// Decides about a request without carrying the decision out.
  ///
  /// - Parameters:
  ///   - request: the request, with its `publicURL` if that differs from the webhook's.
  ///   - identifier: the webhook that the request is for, regardless of the request's path.
  ///   - now: the moment of the decision.
  ///   - snapshot: the configuration to decide by.
  public init(_ request: Request, for identifier: Identifier, at now: Date, in snapshot: Snapshot) {
    let arrival = Arrivals().next(at: now, in: snapshot.trace(of: request, to: identifier))
    let isTooLarge = request.body.count > snapshot.settings.maxBodyBytes
    var decision = Judge.decide(request, arrival, snapshot, as: identifier)
    if isTooLarge {
      decision = Decision(
        .rejected(Rejection(.tooLarge, check: "max_body", "\(request.body.count) bytes")),
        webhook: decision.webhook)
    }
    self.decision = decision
    answer = Answer(to: decision, arrival)
    delivery = arrival.id.description
  }

  /// Whether the request would be refused.
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

  /// The records that would be left for post-processors.
  var records: [Commit.Entry] { entries.filter(\.isRecord) }

  private var entries: [Commit.Entry] {
    switch decision.verdict {
    case .accepted(let commit), .answered(_, let commit): commit.entries
    case .repeated, .rejected: []
    }
  }
}

extension Explanation {
  /// The explanation for people: the outcome of each pre-processor, the verdict, then the tasks and
  /// the answer.
  public var text: String {
    var lines = decision.steps.map { "pre-processor \($0.index + 1), \($0.type): \($0.words)" }
    if case .rejected(let rejection) = decision.verdict {
      lines.append("rejected by \(rejection.check): \(rejection.reason)")
    } else {
      lines.append(verdict)
    }
    if !isRejected, decision.steps.isEmpty { lines.insert("no pre-processors", at: 0) }
    if let decoded = decision.decoded {
      lines.append(
        "body: \(decoded.sentBytes) bytes of \(decoded.coding.rawValue), decoded "
          + "\(decoded.bytes.count) bytes")
    }
    if case .accepted = decision.verdict {
      lines.append("verified: \(decision.proof.verified)")
      if let id = decision.proof.senderDelivery { lines.append("the sender's delivery id: \(id)") }
      if let reason = decision.missingID { lines.append("no delivery_id: \(reason)") }
    }
    lines += decision.routes.map { "incoming \($0.incoming): \($0.words)" }
    for task in tasks {
      lines.append(
        "task for \(task.spool)\(task.place == .new ? "" : ", in failed/"), \(task.size) bytes")
    }
    for record in records {
      lines.append("record for post-processor \(record.postProcessor ?? ""), \(record.size) bytes")
    }
    lines.append("answer: \(answer.status)")
    lines += answer.headers.map { "  \($0.name): \($0.value)" }
    let body = String(decoding: answer.body, as: UTF8.self)
    lines += body.split(separator: "\n").map { "  \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension PreProcessorStep {
  fileprivate var words: String {
    switch outcome {
    case .passed(let proof):
      "passed, \(proof.verified)\(proof.secretName.map { ", with \($0)" } ?? "")"
    case .answered: "answered"
    case .failed(let rejection): "failed: \(rejection.reason)"
    case .observed(let rejection): "observed, would have failed: \(rejection.reason)"
    }
  }
}

extension RouteStep {
  fileprivate var words: String {
    switch outcome {
    case .tasks(1): "1 task"
    case .tasks(let count): "\(count) tasks"
    case .unwanted: "not wanted by its filter"
    case .failed(let reason): "whole into failed/: \(reason)"
    case .skipped(let reason): "left out: \(reason)"
    }
  }
}
