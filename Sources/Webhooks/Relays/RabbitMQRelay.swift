import FoundationEssentials
import Spooling
import Verification

/// `type: rabbitmq`: publishes each task to a broker.
struct RabbitMQRelay: RelayKind {
  static let type = "rabbitmq"
  static let documentation = """
    Publishes each task to a RabbitMQ broker, as a persistent message (AMQP 0-9-1). A task is done \
    when the broker confirms it: for a quorum queue, when most of its members have it on disk. The \
    message's id is the task's. In the mode `binary` (CloudEvents, AMQP binding 1.0) the body is the \
    sender's, byte for byte, with its content type, and the task's attributes are headers: \
    `cloudEvents_id`, `cloudEvents_source`, `cloudEvents_senderdelivery` and so on. In the mode \
    `structured` the body is the whole task. A message that no queue takes (`mandatory`), or that the \
    broker refuses, is tried again. While no broker can be used, tasks wait, and no attempt is \
    counted; so they do while the broker blocks publishers, because it lacks memory or disk space. Of \
    several hosts, the first that works is used. TLS is required and the server's certificate is \
    verified, unless `tls` says otherwise.
    """
  static let example = """
    type: rabbitmq
    hosts: [mq1.example.org, mq2.example.org, mq3.example.org]
    user: levelwind
    password: {secret: broker}
    quorum_queue: stock
    """
  static let usualConcurrency = 2

  private enum Keys {
    static let hosts = Option(
      required: "hosts", .list(of: .relayHost, "hosts"),
      "The brokers, each with its port where that isn't 5671 (5672 with `tls: off`): "
        + "`mq.example.org:5673`.")
    static let vhost = Option("vhost", .line, default: "/", "The virtual host.")
    static let user = Option(required: "user", .line, "The name of the broker's user.")
    static let password = Option(
      required: "password", .outgoingSecret,
      "The user's password: `{secret: NAME}` reads it from the folder `outgoing-secrets`.")
    static let exchange = Option(
      optional: "exchange", .line,
      "The exchange. By default it is the one that puts each message into the queue that the "
        + "routing key names.")
    static let routingKey = Option(
      optional: "routing_key", .jqProgram,
      "A jq program over the task, whose first output is the routing key, of at most 255 bytes: "
        + "`.webhook`. By default the key is the name of `quorum_queue`, or else the incoming "
        + "configuration's identifier.")
    static let queue = Option(
      optional: "quorum_queue", .line,
      "Declares this durable quorum queue at each connection, unless it is there. Without it, and "
        + "to bind a queue to an exchange, that is left to the broker's administrator.")
    static let mode = Option(
      "mode", .choice, default: TaskMode.binary,
      "`binary` sends the sender's body, with the task's attributes as headers. `structured` sends "
        + "the whole task as `application/cloudevents+json`.")
    static let batch = Option(
      "batch", .integer(1...10_000), default: 100,
      "The most messages on a connection that wait for their confirms.")
    static let timeout = Option(
      "timeout", .duration(.seconds(1)...(.seconds(600))), default: .seconds(30),
      "How long connecting to a host, and each wait for a confirm, may take.")
  }

  static let options: [any DocumentedOption] = [
    Keys.hosts, RelaySecurity.option, RelaySecurity.authorities, Keys.vhost, Keys.user,
    Keys.password, Keys.exchange, Keys.routingKey, Keys.queue, Keys.mode, Keys.batch, Keys.timeout,
  ]

  private let target: RabbitMQTarget

  init?(reading mapping: Mapping) {
    let (hosts, user) = (mapping[Keys.hosts], mapping[Keys.user])
    let (password, vhost) = (mapping[Keys.password], mapping[Keys.vhost])
    let (security, authorities) = (
      mapping[RelaySecurity.option], mapping[RelaySecurity.authorities]
    )
    let (exchange, routing) = (mapping[Keys.exchange], mapping[Keys.routingKey])
    let (queue, mode) = (mapping[Keys.queue], mapping[Keys.mode])
    let (batch, timeout) = (mapping[Keys.batch], mapping[Keys.timeout])
    mapping.warnOfStrays(in: routing, at: Keys.routingKey)
    guard let hosts, let user, let password else { return nil }
    target = RabbitMQTarget(
      hosts: hosts, security: security, authorities: authorities, vhost: vhost, user: user,
      password: password, exchange: exchange ?? "", quorumQueue: queue, batch: batch,
      timeout: timeout, mode: mode, routing: routing.map { TaskProgram($0) })
  }

  var words: String {
    let hosts = target.hosts.map(\.description).joined(separator: ", ")
    let exchange = target.exchange.isEmpty ? "the default exchange" : target.exchange
    return "Publishes each task to \(exchange) at \(hosts)."
  }
  var batch: Int { target.batch }

  func work<Tools: RelayTools>(with tools: Tools) -> Tools.Made { tools.publishing(to: target) }
}

/// A broker, how it is reached, and what is published there.
public struct RabbitMQTarget: Sendable {
  /// The servers, at least one, in the order in which they are tried.
  public let hosts: [RelayHost]
  /// Whether the connection is encrypted.
  public let security: RelaySecurity
  /// The path of a PEM file with the certificates to trust; nil for the system's.
  public let authorities: String?
  /// The virtual host.
  public let vhost: String
  /// The name of the user.
  public let user: String
  /// The user's password.
  public let password: Secret
  /// The exchange; empty for the default one.
  public let exchange: String
  /// The quorum queue that is declared; nil for none.
  public let quorumQueue: String?
  /// The most messages on a connection that wait for their confirms, at least 1.
  public let batch: Int
  /// How long connecting to a host, and each wait for a confirm, may take, 1 s to 600 s.
  public let timeout: Duration
  let mode: TaskMode
  /// Makes the routing key; nil for the usual one.
  let routing: TaskProgram?

  /// The most bytes of a short string of AMQP.
  private static let longestShort = 255
  /// The most bytes of a message's headers, which have to go into one frame of 128 KiB.
  private static let mostHeaders = 64 << 10

  /// Makes the message of a task.
  ///
  /// - Throws: the reason why it can't be made.
  public func message(for claim: Claim) throws(UnmadeRequest) -> RabbitMQMessage {
    guard let header = claim.header else {
      throw UnmadeRequest("the file isn't a task document", isForGood: true)
    }
    let key = try routingKey(of: claim, header)
    guard claim.place.id.utf8.count <= Self.longestShort else {
      throw UnmadeRequest("its name is longer than a message's id may be", isForGood: true)
    }
    switch mode {
    case .structured:
      return RabbitMQMessage(
        id: claim.place.id, routingKey: key, contentType: "application/cloudevents+json",
        headers: [], body: try claim.document())
    case .binary:
      let headers = header.attributes.map { ("cloudEvents_\($0.name)", $0.value) }
      guard headers.reduce(0, { $0 + $1.1.utf8.count }) <= Self.mostHeaders else {
        throw UnmadeRequest("its attributes are longer than 64 KiB", isForGood: true)
      }
      let type = header.contentType.utf8.count <= Self.longestShort ? header.contentType : ""
      return RabbitMQMessage(
        id: claim.place.id, routingKey: key, contentType: type, headers: headers,
        body: try claim.exactBody())
    }
  }

  private func routingKey(
    of claim: Claim, _ header: TaskHeader
  ) throws(UnmadeRequest) -> String {
    guard let routing else { return quorumQueue ?? header.incoming }
    let document = try claim.document()
    let key: [UInt8]
    do throws(TaskProgram.Failure) { key = try routing.output(over: document) } catch {
      throw UnmadeRequest("routing_key: \(error.reason)", isForGood: true)
    }
    guard key.count <= Self.longestShort else {
      throw UnmadeRequest("the routing key has \(key.count) bytes, and 255 fit", isForGood: true)
    }
    return String(decoding: key, as: UTF8.self)
  }
}

/// A message for a broker.
public struct RabbitMQMessage: Sendable {
  /// The message's id, which is the task's.
  public let id: String
  /// The routing key, of at most 255 bytes.
  public let routingKey: String
  /// The content type; empty for none.
  public let contentType: String
  /// The headers, which are texts.
  public let headers: [(name: String, value: String)]
  /// The bytes of the body.
  public let body: [UInt8]
}
