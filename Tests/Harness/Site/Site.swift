import Foundation
import Testing

/// A web server with TLS, mostly nginx, and a responder, side by side in a folder of their own. The
/// web server runs the installed files of `nginx/`, with only the paths and ports changed.
final class Site {
  let folder: Folder
  /// The folder of `levelwind.yaml` and the other configuration files.
  var configuration: String { folder("etc").path }
  var socket: String { folder("run/levelwind.sock").path }
  private(set) var port = 0
  private(set) var plainPort = 0
  /// The port of the pages; nil in a site without.
  private(set) var pagesPort: Int?
  private(set) var responder: Child?
  let server: WebServer
  private var webServer: Child?
  /// The processes behind the pages, by the name of their log.
  private(set) var pageProcesses: [String: Child] = [:]

  /// The root of the repository.
  static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  /// The program under test, which the build puts beside the tests.
  static let levelwind = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "levelwind").path

  /// Runs a test in a site, which is removed afterwards. `files` is the configuration, by path:
  /// `webhooks/erp.yaml`. `settings` are lines of `levelwind.yaml` besides base URL, spool and
  /// state. `edit` changes the web server's files before it starts. `hasPages` says whether nginx
  /// has the site of the pages as well.
  static func open(
    _ files: [String: String] = Sample.files, settings: String = "", hasPages: Bool = false,
    behind server: WebServer = .nginx, nginx edit: (Folder) throws -> Void = { _ in },
    _ test: (Site) throws -> Void
  ) throws {
    let site = Site(folder: try Folder(named: "site"), server)
    if hasPages { site.pagesPort = 0 }
    try Logs.$folder.withValue(site.folder) {
      defer { site.close() }
      try site.startWebServer(edit)
      for (name, text) in files { try site.folder.write(text, to: "etc/\(name)") }
      try site.folder.write(
        """
        base_url: https://localhost:\(site.port)
        spool: \(site.folder("spool").path)
        state: \(site.folder("state").path)
        min_free: 1MiB
        min_free_inodes: 10
        \(settings)

        """, to: "etc/levelwind.yaml")
      try site.start()
      try test(site)
    }
  }

  private init(folder: Folder, _ server: WebServer) {
    self.folder = folder
    self.server = server
  }

  private func startWebServer(_ edit: (Folder) throws -> Void) throws {
    // Another test may take a free port before the web server does.
    for _ in 1...5 {
      (port, plainPort) = (try freePort(), try freePort())
      if pagesPort != nil { pagesPort = try freePort() }
      try server.layOut(in: folder, https: port, http: plainPort, pages: pagesPort)
      try edit(folder)
      let command = try server.command(in: folder)
      let child = try run(command[0], Array(command.dropFirst()), log: server.rawValue)
      try until("\(server) answers") { try !child.isRunning || get("/").status != 0 }
      if child.isRunning {
        webServer = child
        return
      }
    }
    throw NotYet(description: "\(server) does not start\n\(Logs.tail() ?? "")")
  }

  /// Starts a responder that makes its own socket, and waits until it answers. `clock` is the time
  /// at which its clock starts, local, `2026-11-24 12:00:00` (faketime).
  func start(clock: String? = nil) throws {
    let environment = try clock.map { ["env"] + (try Clock.environment($0)) } ?? []
    try start(by: environment + [Self.levelwind, "serve"])
  }

  /// Starts a responder by another command, to which its configuration and its socket are added.
  func start(by command: [String]) throws {
    responder = try run(
      command[0], command.dropFirst() + ["--config", configuration, "--socket", socket],
      log: "responder")
    try untilItAnswers()
  }

  /// Starts responders one after the other on a socket that outlives them, as systemd does.
  func startOnHeldSocket() throws {
    try? FileManager.default.removeItem(atPath: socket)
    responder = try run(
      "python3",
      ["-c", HeldSocket.script, socket, folder("responder.pid").path, Self.levelwind]
        + ["serve", "--config", configuration], log: "responder")
    try untilItAnswers()
  }

  /// Sends a signal to the current responder on a held socket, and waits for the next one.
  func endResponder(with signal: Int32) throws {
    let before = folder.text("responder.pid")
    kill(try #require(pid_t(before)), signal)
    try until("another responder") { folder.text("responder.pid") != before }
  }

  private func untilItAnswers() throws {
    try until("the responder answers") {
      try #require(responder?.isRunning == true, "the responder ended")
      return try get("/info").status == 200
    }
  }

  /// Ends the responder. The web server goes on.
  @discardableResult
  func stop() -> Int32? {
    defer { responder = nil }
    return responder?.stop()
  }

  func stopWebServer() { webServer?.stop() }

  /// Has nginx reload its files, which takes effect a moment later.
  func reloadNginx() { webServer?.send(SIGHUP) }

  private func close() {
    for child in pageProcesses.values { child.stop() }
    stop()
    stopWebServer()
    folder.remove()
  }

  private func run(_ program: String, _ arguments: [String], log: String) throws -> Child {
    let child = try Child(program, arguments, log: folder("log/\(log).log"))
    // Tests/run ends these processes when a test is cut short.
    try folder.write(folder.text("pids") + "\(child.pid)\n", to: "pids")
    return child
  }

  /// Starts a process behind the pages, in place of the one before.
  func startPages(
    _ name: String, _ arguments: [String], program: String = levelwind
  ) throws {
    pageProcesses[name]?.stop()
    pageProcesses[name] = try run(program, arguments, log: name)
  }

  /// Ends a process behind the pages.
  func stopPages(_ name: String) { pageProcesses.removeValue(forKey: name)?.stop() }

  /// Starts `levelwind postprocess`.
  func postprocess() throws -> Child {
    try run(Self.levelwind, ["postprocess", "--config", configuration], log: "postprocess")
  }

  /// Starts `levelwind-relay`.
  func relay() throws -> Child {
    try run(
      "\(Self.levelwind)-relay", ["run", "--config", configuration], log: "relay")
  }

  /// Runs `levelwind` with this site's configuration.
  func command(_ arguments: String...) throws -> Tool.Result { try command(arguments) }

  func command(_ arguments: [String]) throws -> Tool.Result {
    try Tool.run(Self.levelwind, arguments + ["--config", configuration])
  }
}
