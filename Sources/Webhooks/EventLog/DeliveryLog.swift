import FoundationEssentials
import Logging
import Spooling
import Verification

/// Logs deliveries, one entry each. Refused ones are always logged, other ones if the webhook's
/// `logging` is on. Refusals, and accepted deliveries with a defect, are logged only so often a
/// minute. An entry that isn't written is never computed.
public struct DeliveryLog: Sendable {
  /// The facts about a delivery after its answer.
  public struct Entry: Sendable {
    var decision: Decision
    /// The webhook that the path leads to; nil if it doesn't exist.
    let webhook: Identifier?
    let arrival: Arrival
    let request: Request
    let requestID: String?
    let status: Int
    let duration: Duration
    /// The configuration in use when the delivery was decided.
    var snapshot: Snapshot?
    /// The number of the configuration; 0 for none.
    var generation: Int { snapshot?.generation ?? 0 }
  }

  private let output: any LogOutput
  private let bound = RejectionBound()
  /// The bound for requests to paths without a webhook, which the whole internet sends: 30 a
  /// minute.
  private let strays = RejectionBound(most: 3, mostKeys: 10)

  /// Creates a log that passes its entries to `output`.
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
    var said = said(of: entry, webhook, .accepted, .accepted)
    said.note(entry.decision.proof)
    said.tasks = commit.entries.filter { $0.place == .new && !$0.isState }.map(\.id)
    let routes = entry.decision.routes
    if !routes.isEmpty, routes.allSatisfy(\.isEmpty) {
      said.event = .unwanted
    }
    for route in routes {
      switch route.outcome {
      case .failed(let reason): said.failed.append("\(route.incoming): \(reason)")
      case .skipped(let reason): said.skipped.append("\(route.incoming): \(reason)")
      case .tasks, .unwanted: break
      }
    }
    if !said.observed.isEmpty { said.event = .observed }
    if !said.skipped.isEmpty { said.event = .skipped }
    if !said.failed.isEmpty { said.event = .failed }
    output.take(said)
  }

  /// Whether an accepted delivery is logged although its webhook's deliveries aren't: an observed
  /// check would have refused it, or it was unwanted, skipped a full spool or went into `failed/`.
  /// Only so many a minute are logged.
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
    var said = said(of: entry, webhook, .answered, .answered)
    said.check = entry.decision.steps.last?.type
    output.take(said)
  }

  private func repeated(_ entry: Entry, _ webhook: Identifier, _ first: String) {
    var said = said(of: entry, webhook, .repeated, .repeated)
    said.first = first
    said.senderDelivery = entry.decision.proof.senderDelivery
    output.take(said)
  }

  private func refused(_ entry: Entry, _ webhook: Identifier, _ rejection: Rejection) {
    guard isWithinBound(entry, webhook, check: rejection.check) else { return }
    var said = said(of: entry, webhook, .refused, .refused)
    said.isTemporary = rejection.isTemporary
    // A delivery with a hash was verified, but couldn't be routed or stored.
    if entry.decision.bodySHA256 != nil { said.note(entry.decision.proof) }
    said.check = rejection.check
    said.reason = rejection.reason
    output.take(said)
  }

  /// Writes an entry for a request to a path without a webhook.
  private func stray(_ entry: Entry) {
    guard case .rejected(let rejection) = entry.decision.verdict else { return }
    let key = RejectionBound.Key(
      remote: entry.request.remote, webhook: Self.none, check: rejection.check)
    let (write, unwritten) = strays.note(key, at: entry.arrival.time)
    note(unwritten)
    guard write else { return }
    var said = said(of: entry, nil, .refused, .stray)
    said.check = rejection.check
    said.path = String(decoding: entry.request.path, as: UTF8.self)
    said.near = entry.snapshot?.closest(to: entry.request.path)?.text
    said.reason =
      rejection.reason + (said.path.map { ": \($0)" } ?? "")
      + (said.near.map { " (did you mean \($0)?)" } ?? "")
    output.take(said)
  }

  /// A key in place of the webhook's identifier. It can't be an identifier itself.
  private static let none = "(none)"

  private func said(
    of entry: Entry, _ webhook: Identifier?, _ verdict: DeliveryEntry.Verdict, _ event: Event
  ) -> DeliveryEntry {
    var request = entry.request
    request.body = entry.decision.decoded?.bytes ?? request.body
    let body = request.body
    var said = DeliveryEntry(
      verdict: verdict, event: event, id: entry.arrival.id,
      time: entry.arrival.time, webhook: webhook?.text, remote: entry.request.remote,
      method: entry.request.method, status: entry.status, duration: entry.duration,
      bodyBytes: body.count,
      bodySHA256: entry.decision.bodySHA256
        ?? (body.isEmpty ? nil : EncodedBody.sha256(of: body)),
      generation: entry.generation, trace: entry.arrival.trace, requestID: entry.requestID,
      details: entry.decision.webhook?.logging.details(of: request) ?? [])
    for step in entry.decision.steps {
      if case .observed(let rejection) = step.outcome {
        said.observed.append("\(step.type): \(rejection.reason)")
      }
    }
    return said
  }

  /// Counts a refusal, and returns whether it may still be written in this minute.
  private func isWithinBound(_ entry: Entry, _ webhook: Identifier, check: String) -> Bool {
    let key = RejectionBound.Key(
      remote: entry.request.remote, webhook: webhook.text, check: check)
    let (write, unwritten) = bound.note(key, at: entry.arrival.time)
    note(unwritten)
    return write
  }

  /// Writes the numbers of entries that the bounds held back. Called at the end of the process.
  public func finish() {
    note(bound.ended(at: .distantFuture) + strays.ended(at: .distantFuture))
  }

  private func note(_ unwritten: [RejectionBound.Unwritten]) {
    for unwritten in unwritten {
      output.take(
        LogRecord(
          .held, at: Date(),
          fields: [
            ("webhook", .text(unwritten.key?.webhook ?? "others")),
            ("check", .text(unwritten.key?.check ?? "others")),
            ("remote", .text(unwritten.key?.remote ?? "others")),
            ("count", .number(unwritten.count)),
          ]))
    }
  }
}
