/// What a post-processor gets of a delivery whose tasks exist: one CloudEvents 1.0 event in JSON, ending
/// in a newline.
///
/// It is much like a task: where it has the body, `body` is the last member of `data` and `data` the last
/// of all, and the body's bytes come out of it as they come out of a task.
public struct RecordDocument: Sendable {
  /// What it is, as `type` says it.
  public static let type = "levelwind.accepted"

  /// What the records of a delivery say alike: worked out once.
  public struct Accepted: Sendable {
    let delivery: TaskDocument.Delivery
    let body: EncodedBody
    /// `verified` and `remote`, for records without the request.
    let origin: [UInt8]
    /// `tasks`, and `failed` with what went whole into `failed/`.
    let outcome: [UInt8]

    /// - Parameters:
    ///   - verified: what proved the sender, as the delivery's tasks say it.
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

  /// Names the file, and stays the same over all attempts.
  public let id: UUIDv7
  /// The name of the post-processor, which is the subject.
  public let postProcessor: String
  public let accepted: Accepted
  /// Whether it has the body, and the request's method, path, query and headers with it.
  public let includesBody: Bool

  public init(id: UUIDv7, postProcessor: String, accepted: Accepted, includesBody: Bool) {
    self.id = id
    self.postProcessor = postProcessor
    self.accepted = accepted
    self.includesBody = includesBody
  }

  /// The document in parts, to be written one after the other. Body and outcome are not copied.
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
    head.open("data")
    return head.bytes
  }

  /// What stands behind the outcome, up to the body.
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
      // Neither an id nor an identifier has anything in it that would need escaping.
      let comma = index == 0 ? "" : ","
      append(written: "\(comma){\"id\":\"\(entry.id)\",\"incoming\":\"\(entry.spool)\"}")
    }
    append(written: "]")
  }
}
