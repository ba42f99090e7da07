/// The record of a delivery for a post-processor, made when the delivery's tasks exist: one
/// CloudEvents 1.0 event in JSON, with a newline at its end.
///
/// It is much like a task. If it contains the body, `body` is the last member of `data`, and `data`
/// the last member of the document, so that the body's bytes are taken out of it as out of a task.
public struct RecordDocument: Sendable {
  /// The kind of the document, its member `type`.
  public static let type = "levelwind.accepted"

  /// The parts that all records of a delivery have in common, worked out once.
  public struct Accepted: Sendable {
    let delivery: TaskDocument.Delivery
    let body: EncodedBody
    /// The members `verified` and `remote`, for records without the request.
    let origin: [UInt8]
    /// The members `tasks`, and `failed` for what went whole into `failed/`.
    let outcome: [UInt8]

    /// - Parameters:
    ///   - delivery: what the delivery's tasks have in common.
    ///   - body: the delivery's whole body.
    ///   - verified: what proved the sender, as in the delivery's tasks.
    ///   - remote: the client's address.
    ///   - entries: all that the delivery leaves in the spools of incoming configurations.
    public init(
      _ delivery: TaskDocument.Delivery, body: EncodedBody, verified: String, remote: String,
      entries: [Commit.Entry]
    ) {
      self.delivery = delivery
      self.body = body
      var origin = JSONMembers(capacity: 128)
      origin.append("remote", remote)
      origin.append("verified", verified)
      self.origin = origin.bytes
      var outcome = JSONMembers(capacity: 64 + entries.count * 96)
      outcome.continue()
      outcome.append("tasks", entries.filter { $0.place == .new })
      outcome.append("failed", entries.filter { $0.place != .new })
      self.outcome = outcome.bytes
    }
  }

  /// The id of the record, which its file is named by. It stays the same over all attempts.
  public let id: UUIDv7
  /// The name of the post-processor, the member `subject`.
  public let postProcessor: String
  /// The parts that the record shares with the delivery's other records.
  public let accepted: Accepted
  /// Whether the record contains the body, and with it the request's method, path, query and
  /// headers.
  public let includesBody: Bool

  /// Creates a record. Each argument is described at its property.
  public init(id: UUIDv7, postProcessor: String, accepted: Accepted, includesBody: Bool) {
    self.id = id
    self.postProcessor = postProcessor
    self.accepted = accepted
    self.includesBody = includesBody
  }

  /// The document in parts, to be written one after the other. The body and the outcome aren't
  /// copied.
  public var parts: [[UInt8]] {
    let request = includesBody ? accepted.delivery.data : accepted.origin
    let body = includesBody ? [accepted.body.bytes] : []
    return [head, request, accepted.outcome, bodyMembers] + body + [Array("}}\n".utf8)]
  }

  private var head: [UInt8] {
    let delivery = accepted.delivery
    var head = JSONMembers(capacity: 512 + delivery.source.utf8.count)
    head.open()
    head.append("specversion", "1.0")
    head.append("id", id)
    head.append("source", delivery.source)
    head.append("type", Self.type)
    head.append("subject", postProcessor)
    head.append("time", delivery.time)
    head.append("datacontenttype", "application/json")
    head.append("webhook", delivery.webhook)
    head.append("delivery", delivery.id)
    if let id = delivery.senderDelivery { head.append("senderdelivery", fromSender: id) }
    if let trace = delivery.trace { head.append(trace) }
    head.open("data")
    return head.bytes
  }

  /// The members between the outcome and the body.
  private var bodyMembers: [UInt8] {
    let body = accepted.body
    var members = JSONMembers(capacity: 256 + body.contentType.count)
    members.continue()
    members.append("contentType", fromSender: body.contentType)
    members.append("bodyBytes", body.count)
    members.append("bodySha256", body.sha256)
    if includesBody {
      members.append("bodyEncoding", body.encoding.rawValue)
      members.begin("body")
    }
    return members.bytes
  }
}

extension JSONMembers {
  /// Appends a list of files: the id and the incoming configuration of each.
  fileprivate mutating func append(_ name: StaticString, _ entries: [Commit.Entry]) {
    begin(name)
    append(written: "[")
    for (index, entry) in entries.enumerated() {
      // Neither an id nor an identifier contains a character that needs an escape.
      let comma = index == 0 ? "" : ","
      append(written: "\(comma){\"id\":\"\(entry.id)\",\"incoming\":\"\(entry.spool)\"}")
    }
    append(written: "]")
  }
}
