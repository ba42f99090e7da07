import Foundation
import Logging
import Spooling
import Verification

/// One line a delivery: of accepted ones where the webhook's `logging` is on, of refused ones of a
/// known webhook always, though not without bound.
public struct DeliveryLog: Sendable {
  /// What is known of a delivery once it was answered.
  public struct Entry: Sendable {
    let decision: Decision
    /// What the path led to; nil for a webhook that there isn't.
    let webhook: Identifier?
    let arrival: Arrival
    let request: Request
    let requestID: String?
    let status: Int
    let duration: Duration
  }

  private let logger: Logger
  private let bound = RefusalBound()

  public init(logger: Logger) { self.logger = logger }

  func note(_ entry: Entry) {
    guard let webhook = entry.webhook else { return }
    for step in entry.decision.steps {
      if case .observed(let refusal) = step.outcome { observed(entry, webhook, step, refusal) }
    }
    switch entry.decision.verdict {
    case .accepted(let commit):
      noteRoutes(of: entry, webhook)
      if entry.decision.webhook?.isLogging ?? false { accepted(entry, webhook, commit) }
    case .answered:
      if entry.decision.webhook?.isLogging ?? false { answered(entry, webhook) }
    case .repeated(let first):
      if entry.decision.webhook?.isLogging ?? false { repeated(entry, webhook, first) }
    case .rejected(let rejection):
      refused(entry, webhook, rejection)
    }
  }

  private func accepted(_ entry: Entry, _ webhook: Identifier, _ commit: Commit) {
    let proof = entry.decision.proof
    var fields = fields(of: entry, webhook)
    fields["verdict"] = "accepted"
    fields["verified"] = "\(proof.verified)"
    fields["secret"] = proof.secretName.map { "\($0)" }
    fields["senderdelivery"] = proof.senderDelivery.map { "\($0)" }
    fields["tasks"] = .array(commit.entries.filter { !$0.isState }.map { "\($0.id)" })
    logger.info("delivery accepted", metadata: fields)
  }

  /// Says which incoming configurations could not take it, and that none wanted it.
  private func noteRoutes(of entry: Entry, _ webhook: Identifier) {
    let routes = entry.decision.routes
    for route in routes {
      switch route.outcome {
      case .failed(let reason):
        noteRoute(route, entry, webhook, "failed", reason, "delivery put into failed")
      case .skipped(let reason):
        noteRoute(route, entry, webhook, "skipped", reason, "delivery left out of a full spool")
      case .tasks, .unwanted: break
      }
    }
    guard !routes.isEmpty, routes.allSatisfy(\.isEmpty),
      isWithinBound(entry, webhook, check: "unwanted")
    else { return }
    var fields = fields(of: entry, webhook)
    fields["verdict"] = "unwanted"
    logger.info("no incoming configuration wants the delivery", metadata: fields)
  }

  private func noteRoute(
    _ route: RouteStep, _ entry: Entry, _ webhook: Identifier, _ verdict: String, _ reason: String,
    _ message: Logger.Message
  ) {
    guard isWithinBound(entry, webhook, check: "\(verdict):\(route.incoming)") else { return }
    var fields = fields(of: entry, webhook)
    fields["verdict"] = "\(verdict)"
    fields["incoming"] = "\(route.incoming)"
    fields["reason"] = "\(reason)"
    logger.error(message, metadata: fields)
  }

  private func answered(_ entry: Entry, _ webhook: Identifier) {
    var fields = fields(of: entry, webhook)
    fields["verdict"] = "answered"
    fields["check"] = entry.decision.steps.last.map { "\($0.type)" }
    logger.info("handshake answered", metadata: fields)
  }

  private func repeated(_ entry: Entry, _ webhook: Identifier, _ first: String) {
    var fields = fields(of: entry, webhook)
    fields["verdict"] = "repeated"
    fields["first"] = "\(first)"
    fields["senderdelivery"] = entry.decision.proof.senderDelivery.map { "\($0)" }
    logger.info("delivery was accepted before", metadata: fields)
  }

  private func observed(
    _ entry: Entry, _ webhook: Identifier, _ step: PreProcessorStep, _ refusal: Refusal
  ) {
    guard isWithinBound(entry, webhook, check: "observe:\(step.type)") else { return }
    var fields = fields(of: entry, webhook)
    fields["verdict"] = "observed"
    fields["check"] = "\(step.type)"
    fields["reason"] = "\(refusal.reason)"
    logger.warning("delivery would have been refused", metadata: fields)
  }

  /// Counts a refusal, and says whether it may still be written.
  private func isWithinBound(_ entry: Entry, _ webhook: Identifier, check: String) -> Bool {
    let key = RefusalBound.Key(
      remote: entry.request.remote, webhook: webhook.text, check: check)
    let (write, unwritten) = bound.note(key, at: entry.arrival.time)
    note(unwritten)
    return write
  }

  private func refused(_ entry: Entry, _ webhook: Identifier, _ rejection: Rejection) {
    guard isWithinBound(entry, webhook, check: rejection.check) else { return }
    var fields = fields(of: entry, webhook)
    fields["verdict"] = "refused"
    fields["check"] = "\(rejection.check)"
    fields["reason"] = "\(rejection.reason)"
    logger.log(
      level: rejection.isTemporary ? .error : .warning, "delivery refused", metadata: fields)
  }

  /// Writes the counts of what the bound held back. Called at the end of the process.
  public func finish() { note(bound.ended(at: .distantFuture)) }

  private func note(_ unwritten: [RefusalBound.Unwritten]) {
    for unwritten in unwritten {
      logger.warning(
        "more refusals of the same kind within the minute",
        metadata: [
          "remote": "\(unwritten.key?.remote ?? "others")",
          "webhook": "\(unwritten.key?.webhook ?? "others")",
          "check": "\(unwritten.key?.check ?? "others")",
          "count": .stringConvertible(unwritten.count),
        ])
    }
  }

  private func fields(of entry: Entry, _ webhook: Identifier) -> Logger.Metadata {
    var fields: Logger.Metadata = [
      "delivery": "\(entry.arrival.id)",
      "webhook": "\(webhook)",
      "remote": "\(entry.request.remote)",
      "method": "\(entry.request.method)",
      "bytes": .stringConvertible(entry.request.body.count),
      "status": .stringConvertible(entry.status),
      "duration_us": .stringConvertible(Int(entry.duration / .microseconds(1))),
    ]
    fields["request_id"] = entry.requestID.map { "\($0)" }
    return fields
  }
}
