import Verification

extension Explanation {
  /// For people: what each pre-processor said, then the answer and the tasks.
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
    case .failed(let refusal): "failed: \(refusal.reason)"
    case .observed(let refusal): "observed, would have failed: \(refusal.reason)"
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
