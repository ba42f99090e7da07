import Bytes
import CRabbitMQ
import Glibc
import Importing
import Webhooks

/// One connection to a broker, with one channel that confirms what is published.
///
/// Sendable without the compiler's check: one thread at a time has the connection, as librabbitmq
/// demands.
final class RabbitMQConnection: @unchecked Sendable {
  /// What a broker says about messages.
  enum Word {
    /// The message of this number is safe; `all` includes those before it.
    case confirmed(UInt64, all: Bool)
    /// The message of this number was refused; `all` includes those before it.
    case refused(UInt64, all: Bool)
    /// No queue takes the message of this id. Its confirm follows.
    case returned(id: String, reason: String)
  }

  private let connection: amqp_connection_state_t
  private let timeout: Duration
  /// Takes whether the broker blocks publishers, whenever that changes.
  private let tell: @Sendable (Bool) -> Void
  private var isBlocked = false
  private var published: UInt64 = 0
  /// What was read while a message was published.
  private var unheard: [Word] = []
  private(set) var isUsable = false

  private static let channel: amqp_channel_t = 1
  /// How long a wait may go on before the stop request is looked at.
  private static let look = Duration.milliseconds(200)

  /// Connects to the first of the hosts that works, declares the queue, and asks for confirms.
  ///
  /// - Parameters:
  ///   - target: the broker.
  ///   - timeout: how long connecting to a host, and each wait for a confirm, may take.
  ///   - stop: no further host is tried once its deadline has come.
  ///   - tell: takes whether the broker blocks publishers, whenever that changes.
  /// - Returns: the connection.
  /// - Throws: `unusable` with the reason of each host, or `stopped`.
  static func open(
    _ target: RabbitMQTarget, within timeout: Duration, until stop: StopRequest,
    tell: @escaping @Sendable (Bool) -> Void
  ) throws(RelayError) -> RabbitMQConnection {
    var reasons: [String] = []
    for host in target.hosts {
      if let deadline = stop.deadline, .now >= deadline { throw .stopped }
      do throws(RelayError) {
        let connection = try RabbitMQConnection(timeout, tell)
        try connection.connect(to: host, of: target)
        return connection
      } catch {
        guard case .unusable(let reason) = error else { throw error }
        reasons.append("\(host): \(reason)")
      }
    }
    throw .unusable(reasons.joined(separator: "; "))
  }

  private init(
    _ timeout: Duration, _ tell: @escaping @Sendable (Bool) -> Void
  ) throws(RelayError) {
    guard let made = amqp_new_connection() else { throw .unusable("librabbitmq has no memory") }
    connection = made
    self.timeout = timeout
    self.tell = tell
  }

  deinit {
    if isUsable { amqp_connection_close(connection, AMQP_REPLY_SUCCESS) }
    amqp_destroy_connection(connection)
    if isBlocked { tell(false) }
  }

  private func connect(to host: RelayHost, of target: RabbitMQTarget) throws(RelayError) {
    var time = timeval(timeout)
    let port: Int
    let socket: OpaquePointer?
    switch target.security {
    case .off:
      (port, socket) = (host.port ?? 5672, amqp_tcp_socket_new(connection))
    case .verify:
      (port, socket) = (host.port ?? 5671, amqp_ssl_socket_new(connection))
    }
    guard let socket else { throw .unusable("librabbitmq can't make a socket") }
    if target.security == .verify {
      let file = target.authorities ?? "/etc/ssl/certs/ca-certificates.crt"
      try AMQP.check(amqp_ssl_socket_set_cacert(socket, file))
      try AMQP.check(amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST))
      amqp_ssl_socket_set_verify_peer(socket, 1)
      amqp_ssl_socket_set_verify_hostname(socket, 1)
    }
    try AMQP.check(amqp_socket_open_noblock(socket, host.name, Int32(port), &time))
    try AMQP.check(amqp_set_handshake_timeout(connection, &time))
    try AMQP.check(amqp_set_rpc_timeout(connection, &time))
    setUserTimeout(timeout)
    // Both sides notice within a minute that the other is gone.
    let password = String(decoding: target.password.toBeSent, as: UTF8.self)
    try AMQP.check(rabbitmq_log_in(connection, target.vhost, 30, target.user, password))
    amqp_channel_open(connection, Self.channel)
    try AMQP.check(amqp_get_rpc_reply(connection))
    if let queue = target.quorumQueue {
      try AMQP.check(rabbitmq_declare_quorum_queue(connection, Self.channel, queue))
    }
    amqp_confirm_select(connection, Self.channel)
    try AMQP.check(amqp_get_rpc_reply(connection))
    isUsable = true
  }

  /// Ends the connection when what was sent isn't acknowledged by the other machine in time.
  ///
  /// - Parameter time: the time; zero for the kernel's, a quarter of an hour.
  private func setUserTimeout(_ time: Duration) {
    var milliseconds = UInt32(clamping: Int(time / .milliseconds(1)))
    let size = socklen_t(MemoryLayout<UInt32>.size)
    setsockopt(
      amqp_get_sockfd(connection), Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, size)
  }

  /// Publishes a message, which is persistent and has to be taken by a queue.
  ///
  /// - Returns: the message's number on this connection.
  /// - Throws: `unusable`, or `stopped` if that is requested before the message is sent.
  func publish(
    _ message: RabbitMQMessage, to exchange: String, until stop: StopRequest
  ) throws(RelayError) -> UInt64 {
    try waitForRoom(until: stop)
    do throws(RelayError) {
      try AMQP.check(message.publish(on: connection, Self.channel, exchange))
    } catch {
      isUsable = false
      throw error
    }
    published += 1
    return published
  }

  /// Waits until the broker takes bytes: otherwise librabbitmq would wait, and see no stop request.
  private func waitForRoom(until stop: StopRequest) throws(RelayError) {
    var end = ContinuousClock.now + timeout
    let socket = amqp_get_sockfd(connection)
    while isBlocked || !socket.isReady(for: POLLOUT, until: .now + Self.look) {
      try giveUp(at: stop)
      if let word = try read(for: isBlocked ? Self.look : .zero) { unheard.append(word) }
      if isBlocked { end = .now + timeout }
      guard .now < end else {
        isUsable = false
        throw .unusable("the broker took nothing within \(timeout)")
      }
    }
  }

  /// Returns what the broker says next. While it blocks publishers, that may take any time.
  func next(until stop: StopRequest) throws(RelayError) -> Word {
    var end = ContinuousClock.now + timeout
    while unheard.isEmpty {
      try giveUp(at: stop)
      if let word = try read(for: Self.look) { return word }
      if isBlocked { end = .now + timeout }
      guard .now < end else {
        isUsable = false
        throw .unusable("the broker confirmed nothing within \(timeout)")
      }
    }
    return unheard.removeFirst()
  }

  private func giveUp(at stop: StopRequest) throws(RelayError) {
    guard let deadline = stop.deadline, .now >= deadline else { return }
    isUsable = false
    throw .stopped
  }

  /// Reads one frame; nil if none comes, or if it says nothing about messages.
  private func read(for time: Duration) throws(RelayError) -> Word? {
    var frame = amqp_frame_t()
    var time = timeval(time)
    amqp_maybe_release_buffers(connection)
    let status = amqp_simple_wait_frame_noblock(connection, &frame, &time)
    if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
    do throws(RelayError) {
      try AMQP.check(status)
      guard frame.frame_type == AMQP_FRAME_METHOD, let decoded = frame.payload.method.decoded
      else { return nil }
      return try word(frame.payload.method.id, decoded)
    } catch {
      isUsable = false
      throw error
    }
  }

  private func word(
    _ method: amqp_method_number_t, _ decoded: UnsafeMutableRawPointer
  ) throws(RelayError) -> Word? {
    switch method {
    case AMQP_BASIC_ACK_METHOD:
      let ack = decoded.load(as: amqp_basic_ack_t.self)
      return .confirmed(ack.delivery_tag, all: ack.multiple != 0)
    case AMQP_BASIC_NACK_METHOD:
      let nack = decoded.load(as: amqp_basic_nack_t.self)
      return .refused(nack.delivery_tag, all: nack.multiple != 0)
    case AMQP_BASIC_RETURN_METHOD:
      let returned = decoded.load(as: amqp_basic_return_t.self)
      let reason =
        "returned: \(returned.reply_code) \(returned.reply_text.text), for the routing key "
        + returned.routing_key.text
      var message = amqp_message_t()
      try AMQP.check(amqp_read_message(connection, Self.channel, &message, 0))
      defer { amqp_destroy_message(&message) }
      return .returned(id: message.properties.message_id.text, reason: reason)
    case AMQP_CONNECTION_BLOCKED_METHOD: block(true)
    case AMQP_CONNECTION_UNBLOCKED_METHOD: block(false)
    case AMQP_CHANNEL_CLOSE_METHOD:
      let close = decoded.load(as: amqp_channel_close_t.self)
      let reason = "\(close.reply_code) \(close.reply_text.text)"
      // PRECONDITION_FAILED is about a message: it is too large.
      throw close.reply_code == 406 ? .refused(reason) : .unusable(reason)
    case AMQP_CONNECTION_CLOSE_METHOD:
      let close = decoded.load(as: amqp_connection_close_t.self)
      throw .unusable("\(close.reply_code) \(close.reply_text.text)")
    default: break
    }
    return nil
  }

  private func block(_ isBlocked: Bool) {
    guard isBlocked != self.isBlocked else { return }
    self.isBlocked = isBlocked
    // What was sent can't be acknowledged while the broker doesn't read.
    setUserTimeout(isBlocked ? .zero : timeout)
    tell(isBlocked)
  }
}
