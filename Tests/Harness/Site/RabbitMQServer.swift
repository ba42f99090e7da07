import Bytes
import Foundation
import Testing

/// A RabbitMQ broker on loopback, with a name, ports and files of its own. The user `levelwind` may
/// do everything.
final class RabbitMQServer: Sendable {
  /// The broker of the running suite.
  @TaskLocal static var shared: RabbitMQServer?

  static let password = "correct-horse-battery"
  let folder: Folder
  let port: Int
  let securePort: Int
  private let environment: [String]
  private let children = Mutex<[Child]>([])

  init() throws {
    folder = try Folder(named: "rabbitmq")
    port = try freePort()
    securePort = try freePort()
    try folder.makeCertificate("broker")
    try folder.write("[].", to: "plugins")
    try folder.write(
      """
      listeners.ssl.default = 127.0.0.1:\(securePort)
      ssl_options.cacertfile = \(folder("broker.crt").path)
      ssl_options.certfile = \(folder("broker.crt").path)
      ssl_options.keyfile = \(folder("broker.key").path)
      ssl_options.verify = verify_none
      max_message_size = 1000000
      disk_free_limit.absolute = 1MB

      """, to: "rabbitmq.conf")
    environment = [
      "HOME=\(folder.path)", "ERL_EPMD_PORT=\(try freePort())", "ERL_EPMD_ADDRESS=127.0.0.1",
      "RABBITMQ_NODENAME=levelwind@localhost", "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
      "RABBITMQ_NODE_PORT=\(port)", "RABBITMQ_DIST_PORT=\(try freePort())",
      "RABBITMQ_MNESIA_BASE=\(folder("data").path)", "RABBITMQ_LOG_BASE=\(folder("log").path)",
      "RABBITMQ_LOGS=-", "RABBITMQ_ENABLED_PLUGINS_FILE=\(folder("plugins").path)",
      "RABBITMQ_CONFIG_FILE=\(folder("rabbitmq.conf").path)",
      "RABBITMQ_CONF_ENV_FILE=/dev/null", "RABBITMQ_DEFAULT_USER=levelwind",
      "RABBITMQ_DEFAULT_PASS=\(Self.password)",
      // Idle threads don't spin: other tests want the processor.
      "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
    ]
    do {
      try run("epmd", ["-address", "127.0.0.1"], log: "epmd.log")
      // The broker would start another, which outlives it.
      try until("epmd answers") {
        try Tool.run("env", environment + ["epmd", "-names"]).status == 0
      }
      try start()
    } catch {
      stop()
      throw error
    }
  }

  private func run(_ program: String, _ arguments: [String], log: String) throws {
    let child = try Child(
      "env", environment + [program] + arguments, log: folder(log))
    let pids = children.withLock { children in
      children.append(child)
      return children.map { "\($0.pid)\n" }.joined()
    }
    // Tests/run ends these processes when a test is cut short.
    try folder.write(pids, to: "pids")
  }

  /// The script that runs the broker. The first of the children is epmd.
  private var script: Child? { children.withLock { $0.dropFirst().last } }

  /// The process of the broker itself, which is the script's child.
  private var broker: pid_t? {
    guard let script, script.isRunning else { return nil }
    let parts = try? String(
      contentsOfFile: "/proc/\(script.pid)/task/\(script.pid)/children", encoding: .utf8)
    return parts?.split(separator: " ").first.flatMap { pid_t($0) }
  }

  /// Starts the broker.
  func start() throws {
    try until("the broker listens", seconds: 180) {
      // What a killed broker leaves behind may keep the next one from starting for a moment.
      if script?.isRunning != true {
        try run("/usr/lib/rabbitmq/bin/rabbitmq-server", [], log: "server.log")
      }
      return folder.text("server.log").contains("Server startup complete")
    }
    if let broker { try folder.write(folder.text("pids") + "\(broker)\n", to: "pids") }
  }

  /// Ends the broker at once.
  func kill() {
    // A script that is about to start the broker has other children until then.
    try? until("the broker has ended") {
      if let broker { Glibc.kill(broker, SIGKILL) }
      return script?.isRunning != true
    }
    _ = try? folder.write("", to: "server.log")
  }

  func stop() {
    kill()
    let epmd = children.withLock { $0.first }
    epmd?.stop()
    folder.remove()
  }

  /// Runs rabbitmqctl.
  @discardableResult
  func control(_ arguments: String...) throws -> String {
    let result = try Tool.run(
      "env", environment + ["/usr/lib/rabbitmq/bin/rabbitmqctl", "--quiet"] + arguments)
    try #require(result.status == 0, "\(result.text)\(result.errors)")
    return result.text
  }

  /// A message that lay in a queue.
  struct Message: Decodable {
    let id: String
    let type: String?
    let isPersistent: Bool
    let routingKey: String
    let body: Data
    let headers: [String: String]
  }

  /// Runs lines of Python with pika's blocking channel as `channel`.
  @discardableResult
  func python(_ lines: String) throws -> String {
    let script = """
      import base64, json, pika
      connection = pika.BlockingConnection(pika.ConnectionParameters(
          "127.0.0.1", \(port), credentials=pika.PlainCredentials("levelwind", "\(Self.password)")))
      channel = connection.channel()
      \(lines)
      connection.close()
      """
    let result = try Tool.run("/usr/bin/python3", ["-c", script])
    try #require(result.status == 0, "\(result.errors)")
    return result.text
  }

  /// Takes all messages out of a queue.
  func take(_ queue: String) throws -> [Message] {
    let text = try python(
      """
      while True:
          method, properties, body = channel.basic_get("\(queue)", auto_ack=True)
          if method is None:
              break
          print(json.dumps({
              "id": properties.message_id, "type": properties.content_type,
              "isPersistent": properties.delivery_mode == 2, "routingKey": method.routing_key,
              "body": base64.b64encode(body).decode(), "headers": {
                  name: value for name, value in (properties.headers or {}).items()
                  if isinstance(value, str)}}))
      """)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Message.self, from: Data($0.utf8))
    }
  }
}

/// Gives the tests of a suite one broker.
struct RabbitMQTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing tests: @Sendable () async throws -> Void
  ) async throws {
    let server = try RabbitMQServer()
    defer { server.stop() }
    try await RabbitMQServer.$shared.withValue(server) { try await tests() }
  }
}

extension Trait where Self == RabbitMQTrait {
  static var rabbitMQ: Self { Self() }
}

extension RabbitMQServer {
  /// Opens a spool with a relay to the broker, and with a queue of its own, which the relay
  /// declares. `keys` are those of the relay besides its type, names and queue.
  static func open(
    _ queue: String, _ keys: (RabbitMQServer) -> String = { "hosts: [\"127.0.0.1:\($0.port)\"]" },
    _ test: (RelayedSpool, RabbitMQServer) throws -> Void
  ) throws {
    let server = try #require(RabbitMQServer.shared)
    try RelayedSpool.open(
      relay("tls: off, quorum_queue: \(queue), \(keys(server))"), password: RabbitMQServer.password
    ) { try test($0, server) }
  }

  static func relay(_ keys: String) -> String {
    "type: rabbitmq, user: levelwind, password: {secret: target}, \(keys)"
  }
}
