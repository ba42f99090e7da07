import Bytes
import FoundationEssentials
import Logging
import Spooling
import Verification

/// The log's entry for one delivery. It holds neither the body nor the tasks, and so stays small.
struct DeliveryEntry: LogEntry {
  /// The end of the delivery.
  enum Verdict: String {
    case accepted, answered, repeated, refused
  }

  let verdict: Verdict
  var event: Event
  /// Whether it is a temporary refusal, which is an error of ours.
  var isTemporary = false
  let id: UUIDv7
  let time: Date
  /// The webhook's identifier; nil if the path leads to no webhook.
  let webhook: String?
  let remote: String
  let method: String
  let status: Int
  let duration: Duration
  let bodyBytes: Int
  var bodySHA256: String?
  let generation: Int
  /// The trace that the delivery belongs to.
  let trace: TraceContext
  let requestID: String?
  var check: String?
  var reason: String?
  /// The path of the request, if no webhook is there.
  var path: String?
  /// The webhook that the path was probably meant for.
  var near: String?
  var verified: String?
  var secret: String?
  var senderDelivery: String?
  /// The id of the delivery that this one repeats.
  var first: String?
  /// The ids of the tasks in `new/`.
  var tasks: [UUIDv7]?
  /// The observed checks that would have refused the delivery, with the reason: `header: …`.
  var observed: [String] = []
  /// The incoming configurations that have the delivery in `failed/`, with the reason: `stock: …`.
  var failed: [String] = []
  /// The incoming configurations that were left out because their spools are full, with the reason.
  var skipped: [String] = []
  /// The fields that `logging` adds: query, headers, body.
  var details: [LogRecord.Field] = []

  /// Takes over the way of verification, the secret's name, and the sender's own id of the
  /// delivery.
  mutating func note(_ proof: Proof) {
    verified = proof.verified
    secret = proof.secretName
    senderDelivery = proof.senderDelivery
  }

  var memory: Int {
    1024 + 16 * (tasks?.count ?? 0)
      + details.reduce(0) { $0 + $1.value.memory }
  }

  var record: LogRecord {
    var fields: [LogRecord.Field] = []
    func add(_ name: String, _ text: String?) {
      if let text { fields.append((name, .text(text))) }
    }
    add("webhook", webhook)
    fields += [
      ("delivery", .text(id.description)), ("verdict", .text(verdict.rawValue)),
      ("status", .number(status)),
    ]
    add("check", check)
    add("reason", reason)
    add("path", path)
    add("near", near)
    add("verified", verified)
    add("secret", secret)
    add("senderdelivery", senderDelivery)
    add("first", first)
    if let tasks { fields.append(("tasks", .list(tasks.map(\.description)))) }
    for (name, notes) in [("observed", observed), ("failed", failed), ("skipped", skipped)]
    where !notes.isEmpty {
      fields.append((name, .list(notes)))
    }
    fields += [
      ("remote", .text(remote)), ("method", .text(method)), ("body_bytes", .number(bodyBytes)),
    ]
    add("body_sha256", bodySHA256)
    fields += [
      ("generation", .number(generation)),
      ("duration_us", .number(Int(duration / .microseconds(1)))),
    ]
    add("trace_id", trace.trace.description)
    add("span_id", trace.span)
    add("request_id", requestID)
    return LogRecord(
      time: time, level: isTemporary ? .error : event.level, message: event.name,
      fields: fields + details, isDelivery: true)
  }
}

extension LogValue {
  /// The bytes in memory, roughly.
  fileprivate var memory: Int {
    switch self {
    case .text(let text), .excerpt(let text): text.utf8.count
    case .number: 0
    case .list(let texts): texts.reduce(0) { $0 + $1.utf8.count + 16 }
    case .object(let members):
      members.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
    }
  }
}
