import Foundation
import Logging
import Spooling
import Verification

/// One entry a delivery: of accepted ones where the webhook's `logging` is on, of refused ones always,
/// though not without bound. What nobody will read is not worked out.
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
    /// The configuration that it was decided with.
    var snapshot: Snapshot?
    /// Its number; 0 for none.
    var generation: Int { snapshot?.generation ?? 0 }
  }

  private let output: any LogOutput
  private let bound = RefusalBound()
  /// Of requests to no webhook, which the whole internet sends: thirty a minute are written.
  private let strays = RefusalBound(most: 3, mostKeys: 10)

  public init(_ output: any LogOutput) { self.output = output }

  func note(_ entry: Entry) {
    guard let webhook = entry.webhook else { return stray(entry) }
    let isLogging = entry.decision.webhook?.isLogging ?? false
    switch entry.decision.verdict {
    case .accepted(let commit):
      if isLogging || isNoteworthy(entry, webhook) { accepted(entry, webhook, commit) }
    case .answered:
      if isLogging { answered(entry, webhook) }
    case .repeated(let first):
      if isLogging { repeated(entry, webhook, first) }
    case .rejected(let rejection):
      refused(entry, webhook, rejection)
    }
  }

  private func accepted(_ entry: Entry, _ webhook: Identifier, _ commit: Commit) {
    var said = said(of: entry, webhook, .accepted, "delivery accepted")
    said.note(entry.decision.proof)
    said.tasks = commit.entries.filter { $0.place == .new && !$0.isState }.map(\.id)
    let routes = entry.decision.routes
    if !routes.isEmpty, routes.allSatisfy(\.isEmpty) {
      said.message = "delivery accepted; no incoming configuration wants it"
    }
    for route in routes {
      switch route.outcome {
      case .failed(let reason): said.failed.append("\(route.incoming): \(reason)")
      case .skipped(let reason): said.skipped.append("\(route.incoming): \(reason)")
      case .tasks, .unwanted: break
      }
    }
    if !said.observed.isEmpty {
      said.message = "delivery accepted; it would have been refused"
      said.level = .warning
    }
    if !said.skipped.isEmpty { said.message = "delivery accepted; left out of a full spool" }
    if !said.failed.isEmpty { said.message = "delivery accepted; put into failed" }
    if !said.skipped.isEmpty || !said.failed.isEmpty { said.level = .error }
    output.take(said)
  }

  /// Whether an accepted delivery is to be heard of where its webhook's are not logged, within bounds.
  private func isNoteworthy(_ entry: Entry, _ webhook: Identifier) -> Bool {
    let routes = entry.decision.routes
    var checks: [String] = []
    for step in entry.decision.steps {
      if case .observed = step.outcome { checks.append("observe:\(step.type)") }
    }
    for route in routes {
      switch route.outcome {
      case .failed: checks.append("failed:\(route.incoming)")
      case .skipped: checks.append("skipped:\(route.incoming)")
      case .tasks, .unwanted: break
      }
    }
    if !routes.isEmpty, routes.allSatisfy(\.isEmpty) { checks.append("unwanted") }
    return checks.contains { isWithinBound(entry, webhook, check: $0) }
  }

  private func answered(_ entry: Entry, _ webhook: Identifier) {
    var said = said(of: entry, webhook, .answered, "handshake answered")
    said.check = entry.decision.steps.last?.type
    output.take(said)
  }

  private func repeated(_ entry: Entry, _ webhook: Identifier, _ first: String) {
    var said = said(of: entry, webhook, .repeated, "delivery was accepted before")
    said.first = first
    said.senderDelivery = entry.decision.proof.senderDelivery
    output.take(said)
  }

  private func refused(_ entry: Entry, _ webhook: Identifier, _ rejection: Rejection) {
    guard isWithinBound(entry, webhook, check: rejection.check) else { return }
    var said = said(
      of: entry, webhook, .refused, "delivery refused", rejection.isTemporary ? .error : .warning)
    // It was verified, and could not be routed or stored.
    if entry.decision.bodySHA256 != nil { said.note(entry.decision.proof) }
    said.check = rejection.check
    said.reason = rejection.reason
    output.take(said)
  }

  /// A request to a path where no webhook is.
  private func stray(_ entry: Entry) {
    guard case .rejected(let rejection) = entry.decision.verdict else { return }
    let key = RefusalBound.Key(
      remote: entry.request.remote, webhook: Self.none, check: rejection.check)
    let (write, unwritten) = strays.note(key, at: entry.arrival.time)
    note(unwritten)
    guard write else { return }
    var said = said(of: entry, nil, .refused, "request to no webhook", .notice)
    said.check = rejection.check
    said.path = String(decoding: entry.request.path, as: UTF8.self)
    said.near = entry.snapshot?.closest(to: entry.request.path)?.text
    said.reason =
      rejection.reason + (said.path.map { ": \($0)" } ?? "")
      + (said.near.map { " (did you mean \($0)?)" } ?? "")
    output.take(said)
  }

  /// Stands in the place of an identifier, which it isn't.
  private static let none = "(none)"

  private func said(
    of entry: Entry, _ webhook: Identifier?, _ verdict: DeliveryEntry.Verdict, _ message: String,
    _ level: Logger.Level = .info
  ) -> DeliveryEntry {
    var request = entry.request
    request.body = entry.decision.decoded?.bytes ?? request.body
    let body = request.body
    var said = DeliveryEntry(
      verdict: verdict, level: level, message: message, id: entry.arrival.id,
      time: entry.arrival.time, webhook: webhook?.text, remote: entry.request.remote,
      method: entry.request.method, status: entry.status, duration: entry.duration,
      bodyBytes: body.count,
      bodySHA256: entry.decision.bodySHA256
        ?? (body.isEmpty ? nil : EncodedBody.sha256(of: body)),
      generation: entry.generation, requestID: entry.requestID,
      details: entry.decision.webhook?.logging.details(of: request) ?? [])
    for step in entry.decision.steps {
      if case .observed(let refusal) = step.outcome {
        said.observed.append("\(step.type): \(refusal.reason)")
      }
    }
    return said
  }

  /// Counts a refusal, and says whether it may still be written.
  private func isWithinBound(_ entry: Entry, _ webhook: Identifier, check: String) -> Bool {
    let key = RefusalBound.Key(
      remote: entry.request.remote, webhook: webhook.text, check: check)
    let (write, unwritten) = bound.note(key, at: entry.arrival.time)
    note(unwritten)
    return write
  }

  /// Writes the counts of what the bound held back. Called at the end of the process.
  public func finish() {
    note(bound.ended(at: .distantFuture) + strays.ended(at: .distantFuture))
  }

  private func note(_ unwritten: [RefusalBound.Unwritten]) {
    for unwritten in unwritten {
      output.take(
        LogRecord(
          time: Date(), level: .warning,
          message: "more refusals of the same kind within the minute",
          fields: [
            ("webhook", .text(unwritten.key?.webhook ?? "others")),
            ("check", .text(unwritten.key?.check ?? "others")),
            ("remote", .text(unwritten.key?.remote ?? "others")),
            ("count", .number(unwritten.count)),
          ], isDelivery: true))
    }
  }
}
