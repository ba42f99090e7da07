/// What a task file says: one CloudEvents 1.0 event in JSON, its body last.
///
/// `data` is the last member and `body` the last of `data`, so that the file ends in the body and
/// four bytes at most: a quote, `}}` and a line end.
public struct TaskDocument: Sendable {
  /// What the document is, as `type` says it.
  public enum Kind: String, Sendable {
    /// Work for an importer.
    case task = "levelwind.task"
    /// A whole delivery that could not be routed, kept in `failed/`.
    case delivery = "levelwind.delivery"
  }

  public let kind: Kind
  /// Names the file; different from the delivery's.
  public let id: UUIDv7
  /// The identifier of the incoming configuration, which is the subject, too.
  public let incoming: String
  public let delivery: Delivery
  public let body: EncodedBody
  /// The place among the tasks of this delivery for this incoming configuration, from 0.
  public let index: Int
  /// How many those are.
  public let count: Int
  /// The SHA-256 of the delivery's whole body, where `body` is an item of it.
  public let deliverySHA256: String?
  /// The event's `type` and `subject`; by default what `kind` says, and the incoming configuration.
  public let type: String
  public let subject: String

  public init(
    _ kind: Kind = .task, id: UUIDv7, incoming: String, delivery: Delivery, body: EncodedBody,
    index: Int = 0, count: Int = 1, deliverySHA256: String? = nil, type: String? = nil,
    subject: String? = nil
  ) {
    self.kind = kind
    self.id = id
    self.incoming = incoming
    self.delivery = delivery
    self.body = body
    self.index = index
    self.count = count
    self.deliverySHA256 = deliverySHA256
    self.type = type ?? kind.rawValue
    self.subject = subject ?? incoming
  }

  /// The document in parts, to be written one after the other. The body and what the documents of a
  /// delivery say alike are not copied. The body is the last part but one.
  public var parts: [[UInt8]] {
    [head, delivery.data, bodyHead, body.bytes, Self.tail]
  }

  /// The document as a jq program sees it, in the same parts: a body that is JSON is its value there,
  /// also where it stands as text for importers.
  public var readableParts: [[UInt8]] {
    [head, delivery.data, bodyHead, body.readable, Self.tail]
  }

  /// The document as a file to be in its spool.
  public func entry(_ place: Commit.Place = .new) -> Commit.Entry {
    Commit.Entry(spool: incoming, place: place, id: id, parts: parts)
  }

  private static let tail = Array("}}\n".utf8)

  private var head: [UInt8] {
    var head = JSONMembers(capacity: 512 + delivery.source.utf8.count)
    head.open()
    head.append("specversion", "1.0")
    head.append("id", id)
    head.append("source", delivery.source)
    head.append("type", type)
    head.append("subject", subject)
    head.append("time", delivery.time)
    head.append("datacontenttype", "application/json")
    head.append("webhook", delivery.webhook)
    head.append("incoming", incoming)
    head.append("delivery", delivery.id)
    if let id = delivery.senderDelivery { head.append("senderdelivery", fromSender: id) }
    head.append("taskindex", index)
    head.append("taskcount", count)
    head.open("data")
    return head.bytes
  }

  /// What stands between the members that are alike and the body.
  private var bodyHead: [UInt8] {
    var head = JSONMembers(capacity: 256 + body.contentType.count)
    head.continue()
    head.append("contentType", fromSender: body.contentType)
    head.append("bodyBytes", body.count)
    head.append("bodySha256", body.sha256)
    if let deliverySHA256 { head.append("deliverySha256", deliverySHA256) }
    head.append("bodyEncoding", body.encoding.rawValue)
    head.begin("body")
    return head.bytes
  }
}
