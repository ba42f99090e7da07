import Foundation
import Logging
import Spooling
import Verification

/// What the log says of one delivery. It holds what is small, and neither the body nor the tasks.
struct DeliveryEntry: LogEntry {
  /// How it ended.
  enum Verdict: String {
    case accepted, answered, repeated, refused
  }

  let verdict: Verdict
  var level: Logger.Level
  var message: String
  let id: UUIDv7
  let time: Date
  /// nil where its path leads to no webhook.
  let webhook: String?
  let remote: String
  let method: String
  let status: Int
  let duration: Duration
  let bodyBytes: Int
  var bodySHA256: String?
  let generation: Int
  let requestID: String?
  var check: String?
  var reason: String?
  /// What was asked for, where no webhook is there.
  var path: String?
  /// The webhook that was probably meant there.
  var near: String?
  var verified: String?
  var secret: String?
  var senderDelivery: String?
  /// The id of the delivery that this one repeats.
  var first: String?
  /// Those that went into `new/`.
  var tasks: [UUIDv7]?
  /// What would have refused it, and is only observed: `header: …`.
  var observed: [String] = []
  /// The incoming configurations whose `failed/` it went into, and why: `stock: …`.
  var failed: [String] = []
  /// Those whose spool is full.
  var skipped: [String] = []
  /// What `logging` asks for besides: query, headers, body.
  var details: [LogRecord.Field] = []

  /// What verified it, by which secret, and its sender's id of it.
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
    add("request_id", requestID)
    return LogRecord(
      time: time, level: level, message: message, fields: fields + details, isDelivery: true)
  }
}

extension LogValue {
  /// Bytes in memory, roughly.
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
