import Bytes
import FoundationEssentials

/// The content of a task file: one CloudEvents 1.0 event in JSON, with its body at the end.
///
/// `data` is the last member, and `body` the last member of `data`. So the file ends in the body
/// and at most four bytes: a quote, `}}` and a newline.
public struct TaskDocument: Sendable {
  /// The kind of the document, its member `type`.
  public enum Kind: String, Sendable {
    /// A task for an importer.
    case task = "levelwind.task"
    /// A whole delivery that could not be routed, kept in `failed/`.
    case delivery = "levelwind.delivery"
  }

  /// The kind of the document, its member `type`.
  public let kind: Kind
  /// The id of the task, which its file is named by. It differs from the delivery's.
  public let id: UUIDv7
  /// The identifier of the incoming configuration.
  public let incoming: String
  /// The facts that all tasks of the delivery have in common.
  public let delivery: Delivery
  /// The body as it stands in the document.
  public let body: EncodedBody
  /// The place among the tasks of this delivery for this incoming configuration, from 0.
  public let index: Int
  /// The number of these tasks.
  public let count: Int
  /// The SHA-256 of the delivery's whole body, if `body` is an item of it.
  public let deliverySHA256: String?
  /// The event's type, by default the word for `kind`.
  public let type: String
  /// The event's subject, by default the incoming configuration.
  public let subject: String

  /// Creates a document.
  ///
  /// - Parameters:
  ///   - kind: the kind of the document.
  ///   - id: the id of the task.
  ///   - incoming: the identifier of the incoming configuration.
  ///   - delivery: the facts that all tasks of the delivery have in common.
  ///   - body: the body as it stands in the document.
  ///   - index: the place among the tasks of this delivery for this incoming configuration, from 0.
  ///   - count: the number of these tasks.
  ///   - deliverySHA256: the SHA-256 of the delivery's whole body, in 64 lower-case hexadecimal
  ///     digits; nil if `body` is the whole body.
  ///   - type: the event's type; nil for the one of `kind`.
  ///   - subject: the event's subject; nil for the incoming configuration.
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

  /// The document in parts, to be written one after the other.  The body is the last part but one.
  /// The body and the parts that the documents of a delivery have in common aren't copied.
  public var parts: [[UInt8]] {
    [head, delivery.data, bodyHead, body.bytes, Self.tail]
  }

  /// The document as a jq program sees it, in the same parts. A JSON body is its value there, even
  /// if it stands as text in the file.
  public var readableParts: [[UInt8]] {
    [head, delivery.data, bodyHead, body.readable, Self.tail]
  }

  /// Returns the document as a file for its spool.
  public func entry(_ place: Commit.Place = .new) -> Commit.Entry {
    Commit.Entry(spool: .incoming(incoming), place: place, id: id, parts: parts)
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
    if let trace = delivery.trace { head.append(trace) }
    head.open("data")
    return head.bytes
  }

  /// The members between those of the delivery and the body.
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

extension TaskDocument {
  /// The parts that the documents of one delivery have in common, worked out once.
  ///
  /// Nothing is left out or masked here: headers and query must not contain a secret any more.
  public struct Delivery: Sendable {
    let source: String
    let time: String
    let webhook: String
    let id: UUIDv7
    let senderDelivery: [UInt8]?
    let trace: TraceContext?
    /// The members of `data` from `method` to `headers`.
    let data: [UInt8]

    /// - Parameters:
    ///   - source: the webhook's public URL, or its path if the URL isn't known.
    ///   - time: when the delivery came.
    ///   - webhook: the webhook's identifier.
    ///   - id: the id of the delivery.
    ///   - senderDelivery: the sender's own id of the delivery, if there is one.
    ///   - trace: the trace that it belongs to, if it is known.
    ///   - method: the method of the request.
    ///   - path: the path of the request target, undecoded.
    ///   - query: the query, undecoded and without its `?`; empty without one.
    ///   - remote: the client's address.
    ///   - verified: what proved the sender, such as `header:X-Webhook-Secret`; empty if nothing
    ///     had to.
    ///   - contentEncoding: the content coding that the body came with and that was decoded; nil
    ///     without one.
    ///   - headers: the headers in the order they came in, their names in lower case. Repeated ones
    ///     are joined by `, ` at the place of the first. Values that aren't UTF-8 are read as
    ///     ISO-8859-1.
    public init(
      source: String, time: Date, webhook: String, id: UUIDv7, senderDelivery: [UInt8]?,
      trace: TraceContext? = nil, method: String, path: [UInt8], query: [UInt8], remote: String,
      verified: String,
      contentEncoding: String? = nil, headers: [(name: String, value: [UInt8])]
    ) {
      self.source = source
      self.time = time.rfc3339
      self.webhook = webhook
      self.id = id
      self.senderDelivery = senderDelivery
      self.trace = trace
      var data = JSONMembers(capacity: 1024)
      data.append("method", method)
      data.append("path", fromSender: path)
      data.append("query", fromSender: query)
      data.append("remote", remote)
      data.append("verified", verified)
      if let contentEncoding { data.append("contentEncoding", contentEncoding) }
      data.open("headers")
      for header in Self.joined(headers) {
        data.append(named: header.name, fromSender: header.value)
      }
      data.close()
      self.data = data.bytes
    }

    /// Takes over what was read from an existing document. `time` is the member as it stands there.
    /// `data` has the members of `data` from `method` to `headers`, as they stand there.
    public init(
      source: String, time: String, webhook: String, id: UUIDv7, senderDelivery: [UInt8]?,
      trace: TraceContext?, data: [UInt8]
    ) {
      self.source = source
      self.time = time
      self.webhook = webhook
      self.id = id
      self.senderDelivery = senderDelivery
      self.trace = trace
      self.data = data
    }

    private static func joined(
      _ headers: [(name: String, value: [UInt8])]
    ) -> [(name: String, value: [UInt8])] {
      // Usually no header is repeated.
      if Set(headers.lazy.map(\.name)).count == headers.count { return headers }
      var joined: [(name: String, value: [UInt8])] = []
      var places: [String: Int] = [:]
      for header in headers {
        // Each value is read by itself: one that isn't UTF-8 must not change how another is read.
        let value = UTF8Text.readingLatin1IfInvalid(header.value)
        if let place = places[header.name] {
          joined[place].value += Array(", ".utf8) + value
        } else {
          places[header.name] = joined.count
          joined.append((name: header.name, value: value))
        }
      }
      return joined
    }
  }
}
