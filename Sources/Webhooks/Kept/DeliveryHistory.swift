import Bytes
import FoundationEssentials
import Spooling
import Verification

/// Keeps deliveries, behind their answers.
public protocol DeliveryHistory: Sendable {
  /// Takes a delivery to be kept by a rule, and returns at once.
  func keep(_ delivery: KeptDelivery, by rule: HistoryRule)
}

/// A delivery to be kept. It is handed from thread to thread by one reference: as a value, each
/// copy would count a score of them.
public final class KeptDelivery: Sendable {
  private let entry: DeliveryLog.Entry
  private let webhook_: Webhook
  /// The tasks that were committed, without their content.
  private let tasks: [KeptTask]

  /// Takes over what an entry says; nil if its webhook is unknown.
  ///
  /// It lets go of the content of the tasks, which may be larger than the request.
  init?(_ entry: DeliveryLog.Entry) {
    guard let webhook = entry.decision.webhook else { return nil }
    var entry = entry
    tasks =
      if case .accepted(let commit) = entry.decision.verdict {
        commit.entries.filter { !$0.isState }.map(KeptTask.init)
      } else { [] }
    if case .accepted = entry.decision.verdict { entry.decision.verdict = .accepted(Commit()) }
    if case .answered(let answer, _) = entry.decision.verdict {
      entry.decision.verdict = .answered(answer, Commit())
    }
    entry.decision.records = nil
    entry.decision.decoded = nil
    self.entry = entry
    webhook_ = webhook
  }

  /// The webhook's identifier.
  public var webhook: String { webhook_.identifier.text }
  /// The id of the delivery.
  public var id: UUIDv7 { entry.arrival.id }
  /// The way in which it ended, as a word.
  public var outcome: String { DeliveryOutcome(entry.decision).word }
  /// The status of its answer.
  public var status: Int { entry.status }
  /// The check that refused it; nil if it wasn't refused.
  public var check: String? { rejection?.check }
  /// The trace that it belongs to.
  public var trace: TraceID { entry.arrival.trace.trace }
  /// The sender's own id of it, if the sender was verified.
  public var senderDelivery: String? { entry.decision.proof.senderDelivery }
  /// The sender's address, safe for a terminal.
  public var remote: String { SafeText.text(entry.request.remote) }
  /// The length of the body, in bytes.
  public var bodyBytes: Int { entry.request.body.count }
  /// Whether every pre-processor passed the request, or answered it.
  public var isVerified: Bool { !entry.decision.isUnverified }
  /// The head of the request as an HTTP/1.1 message, without what carries a secret.
  public var head: [UInt8] { KeptMessage.head(of: entry.request, without: webhook_.secretPlaces) }
  /// The body as it was sent.
  public var body: [UInt8] { entry.request.body }

  private var rejection: Rejection? {
    if case .rejected(let rejection) = entry.decision.verdict { rejection } else { nil }
  }

  /// All that is known of the delivery besides its request, as one JSON object.
  public var facts: [UInt8] {
    var facts = FactsWriter()
    facts.add("id", id.description)
    facts.add("webhook", webhook)
    facts.add("time", entry.arrival.time.rfc3339)
    facts.add("verdict", outcome)
    facts.add("status", status)
    facts.add("check", rejection?.check)
    facts.add("reason", rejection.map { SafeText.text($0.reason) })
    if case .repeated(let first) = entry.decision.verdict { facts.add("first", first) }
    addRequest(to: &facts)
    addDecision(to: &facts)
    return facts.end()
  }

  private func addRequest(to facts: inout FactsWriter) {
    let secrets = webhook_.secretPlaces
    facts.add("remote", remote)
    facts.add("method", SafeText.text(entry.request.method))
    facts.add("path", String(decoding: entry.request.path, as: UTF8.self))
    let query = MaskedQuery.mask(secrets.parameters, in: entry.request.query)
    if !query.isEmpty { facts.add("query", String(decoding: query, as: UTF8.self)) }
    facts.add("body_bytes", bodyBytes)
    facts.add("body_sha256", entry.decision.bodySHA256)
    let omitted = entry.request.headers.fields.map(\.name).filter(secrets.headers.contains)
    if !omitted.isEmpty { facts.add("omitted_headers", Set(omitted).sorted()) }
    if query != entry.request.query {
      let masked = secrets.parameters.filter {
        MaskedQuery.mask([$0], in: entry.request.query) != entry.request.query
      }
      facts.add("masked_parameters", masked.sorted())
    }
    if let certificate = entry.request.clientCertificate {
      facts.add(
        "certificate",
        .object([
          ("verification", .text(certificate.verification)),
          ("subject", .text(certificate.subject)), ("issuer", .text(certificate.issuer)),
          ("fingerprint", .text(certificate.fingerprint)),
        ]))
    }
  }

  private func addDecision(to facts: inout FactsWriter) {
    if isVerified {
      facts.add("verified", entry.decision.proof.verified)
      facts.add("secret", entry.decision.proof.secretName)
      facts.add("senderdelivery", entry.decision.proof.senderDelivery)
      facts.add("missing_id", entry.decision.missingID)
    }
    facts.add("steps", .list(entry.decision.steps.map(\.fragment)))
    facts.add("routes", .list(entry.decision.routes.map { $0.fragment(tasks) }))
    facts.add("tasks", tasks.map(\.id))
    facts.add("duration_us", Int(entry.duration / .microseconds(1)))
    facts.add("generation", entry.generation)
    facts.add("trace_id", trace.description)
    facts.add("span_id", entry.arrival.trace.span)
    facts.add("request_id", entry.requestID.map { SafeText.text($0) })
  }
}

extension Decision {
  /// Whether a pre-processor refused the request, or none came to judge it.
  fileprivate var isUnverified: Bool {
    guard case .rejected = verdict else { return false }
    // A verified delivery that can't be stored has its hash already.
    return bodySHA256 == nil
  }
}

/// A task of a kept delivery.
struct KeptTask: Sendable {
  let id: String
  let incoming: String

  init(_ entry: Commit.Entry) {
    id = entry.id.description
    incoming = entry.spool.path
  }
}

/// Writes a JSON object, member by member. Names need no escapes.
private struct FactsWriter {
  private var written: [UInt8] = []

  /// The bytes that the facts of most deliveries take. Room for all of them from the start saves a
  /// copy for each member.
  private static let usual = 2048

  init() {
    written.reserveCapacity(Self.usual)
    written.append(UInt8(ascii: "{"))
  }

  consuming func end() -> [UInt8] {
    written.append(UInt8(ascii: "}"))
    return written
  }

  mutating func add(_ name: StaticString, _ value: JSONFragment) {
    begin(name)
    value.append(to: &written)
  }

  mutating func add(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    begin(name)
    JSONText.appendQuoted(text, to: &written)
  }

  mutating func add(_ name: StaticString, _ number: Int) { add(name, .number(number)) }

  mutating func add(_ name: StaticString, _ texts: [String]) {
    add(name, .list(texts.map { .text($0) }))
  }

  private mutating func begin(_ name: StaticString) {
    if written.count > 1 { written.append(UInt8(ascii: ",")) }
    written.append(UInt8(ascii: "\""))
    written.append(
      contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    written.append(UInt8(ascii: "\""))
    written.append(UInt8(ascii: ":"))
  }
}

extension RouteStep {
  /// The step with the ids of the tasks that it made.
  fileprivate func fragment(_ tasks: [KeptTask]) -> JSONFragment {
    let ids = tasks.filter { $0.incoming == incoming }.map { JSONFragment.text($0.id) }
    guard !ids.isEmpty, case .object(let members) = fragment else { return fragment }
    return .object(members.filter { $0.0 != "tasks" } + [("tasks", .list(ids))])
  }
}
