import Bytes
import Foundation
import Testing

/// A PostgreSQL server on loopback and on a Unix socket, with the table of `levelwind-relay`. It
/// runs as the user `postgres` if the tests run as root, as which it refuses to run.
final class PostgreSQLServer: Sendable {
  /// The server of the running suite.
  @TaskLocal static var shared: PostgreSQLServer?

  let folder: Folder
  let port: Int
  private let child = Mutex<Child?>(nil)
  /// The password of the user `levelwind`, who may insert tasks, by TCP. By the socket nobody needs
  /// one.
  static let password = "correct-horse-battery"
  /// The folder of the Unix socket.
  var socket: String { folder.path }

  init() throws {
    folder = try Folder(named: "postgresql")
    port = try freePort()
    do { try prepare() } catch {
      stop()
      throw error
    }
  }

  private func prepare() throws {
    if geteuid() == 0 { _ = try Tool.run("chown", ["postgres", folder.path]) }
    let words = command([
      "\(try Self.programs())/initdb", "--pgdata", folder("data").path, "--username", "owner",
      "--auth-local", "trust", "--auth-host", "scram-sha-256", "--encoding", "UTF8",
      "--locale", "C", "--no-sync",
    ])
    let made = try Tool.run(words[0], Array(words.dropFirst()))
    try #require(made.status == 0, "\(made.errors)")
    try start()
    try run(
      """
      CREATE USER levelwind PASSWORD '\(Self.password)';
      \(try Tool.run("\(Site.levelwind)-relay", ["schema"]).text)
      GRANT INSERT ON levelwind_tasks TO levelwind;
      """)
  }

  /// The folder of the server's programs, which Debian keeps off the PATH.
  private static func programs() throws -> String {
    let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")
    let newest = try #require(versions.max { (Int($0) ?? 0) < (Int($1) ?? 0) })
    return "/usr/lib/postgresql/\(newest)/bin"
  }

  private func command(_ words: [String]) -> [String] {
    geteuid() == 0
      ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] + words : words
  }

  /// Starts the server. `settings` are options such as `-c ssl=on`.
  func start(_ settings: String...) throws {
    let words = command(
      ["\(try Self.programs())/postgres", "-D", folder("data").path, "-k", socket, "-p", "\(port)"]
        + ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"] + settings)
    try until("the database answers") {
      // What a killed server leaves behind may keep the next one from starting for a moment.
      if child.withLock({ $0?.isRunning ?? false }) == false {
        let started = try Child(words[0], Array(words.dropFirst()), log: folder("server.log"))
        child.withLock { $0 = started }
        // Tests/run ends this process when a test is cut short.
        try folder.write("\(started.pid)\n", to: "pids")
      }
      return try query("SELECT 1") == "1"
    }
  }

  /// Ends all of the server at once.
  func kill() {
    // Its workers see that it is gone, and end as well.
    let child = child.withLock { $0 }
    child?.send(SIGKILL)
    _ = child?.wait()
  }

  func stop() {
    let child = child.withLock { $0 }
    child?.send(SIGINT)
    if child?.wait() == nil { kill() }
    folder.remove()
  }

  /// Runs SQL as the owner of the database.
  @discardableResult
  func run(_ sql: String) throws -> String {
    let result = try psql(sql)
    try #require(result.status == 0, "\(result.errors)")
    return result.text.trimmingCharacters(in: .newlines)
  }

  /// Runs SQL; empty where that fails.
  func query(_ sql: String) throws -> String {
    try psql(sql).text.trimmingCharacters(in: .newlines)
  }

  private func psql(_ sql: String) throws -> Tool.Result {
    try Tool.run(
      "psql",
      ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"]
        + ["--host", socket, "--port", "\(port)", "--username", "owner", "postgres"],
      input: Array(sql.utf8))
  }
}

/// Gives the tests of a suite one PostgreSQL server.
struct PostgreSQLTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing tests: @Sendable () async throws -> Void
  ) async throws {
    let server = try PostgreSQLServer()
    defer { server.stop() }
    try await PostgreSQLServer.$shared.withValue(server) { try await tests() }
  }
}

extension Trait where Self == PostgreSQLTrait {
  static var postgreSQL: Self { Self() }
}

extension PostgreSQLServer {
  /// The folder of the Unix socket with the port, as a relay has it.
  var socketHost: String { "\(socket):\(port)" }

  /// Where the example's consumers connect.
  var place: String { "host=\(socket) port=\(port) user=owner dbname=postgres" }

  /// Opens a spool with a relay to the server, whose table is empty. `keys` are those of the relay
  /// besides its type and names.
  static func open(
    _ keys: (PostgreSQLServer) -> String = { "hosts: [\"\($0.socketHost)\"]" },
    _ test: (RelayedSpool, PostgreSQLServer) throws -> Void
  ) throws {
    let server = try #require(PostgreSQLServer.shared)
    try server.run("TRUNCATE levelwind_tasks")
    try RelayedSpool.open(relay(keys(server)), password: PostgreSQLServer.password) {
      try test($0, server)
    }
  }

  static func relay(_ keys: String) -> String {
    "type: postgresql, database: postgres, user: levelwind, password: {secret: target}, "
      + "notify: levelwind_tasks, \(keys)"
  }
}
