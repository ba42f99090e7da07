import Foundation
import Testing

@testable import Harness

/// A responder in a folder of its own, without a web server: the load comes straight to its socket.
final class Station {
  /// How it commits: `commit` in `levelwind.yaml`.
  enum Way: String, CaseIterable { case log, direct }

  /// The webhook that everything is sent to; a delivery makes a task in each of two spools.
  static let path = "/webhook/both"
  static let spools = ["stock", "audit"]
  static let secret = Sample.secret

  let folder: Folder
  let spool: URL
  let state: URL
  var socket: String { folder("run/s").path }
  /// Where a fault is ordered of `levelwind-faulty`, and where it records its calls.
  var orders: URL { folder("orders") }
  var record: URL { folder("record") }
  private(set) var responder: Child?

  /// Runs a test with a responder that has started, and ends it afterwards.
  ///
  /// - Parameters:
  ///   - faults: those that `levelwind-faulty` is started with; nil for `levelwind`.
  ///   - disk: where the spools are to lie, and the log; in the station's folder if it is nil.
  ///   - isLogApart: whether the log lies in the station's folder all the same.
  ///   - settings: what `levelwind.yaml` says besides.
  static func open<Result>(
    _ way: Way = .direct, faults: [String]? = nil, disk: URL? = nil, isLogApart: Bool = false,
    settings: String = "",
    _ test: (Station) throws -> Result
  ) throws -> Result {
    let folder = try Folder(named: "station")
    let station = try Station(
      folder: folder, disk: disk ?? folder(""), way, isLogApart: isLogApart, settings)
    return try Logs.$folder.withValue(folder) {
      defer { station.close() }
      try station.start(faults: faults)
      return try test(station)
    }
  }

  private init(
    folder: Folder, disk: URL, _ way: Way, isLogApart: Bool, _ settings: String
  ) throws {
    self.folder = folder
    spool = disk.appending(path: "spool")
    // The lock in it would keep a file system mounted that is to be mended under the responder.
    state = (way == .log && !isLogApart ? disk : folder("")).appending(path: "state")
    for (name, text) in Sample.files { try folder.write(text, to: "etc/\(name)") }
    for name in ["run", "log"] { try folder.write("", to: "\(name)/.keep") }
    let defaults = ["threads: 16", "min_free: 0", "min_free_inodes: 0", "deadline: 20s"]
    let given = settings.split(separator: "\n").map { $0.prefix { $0 != ":" } }
    let all = defaults.filter { setting in !given.contains(setting.prefix { $0 != ":" }) }
    try folder.write(
      """
      base_url: https://localhost
      spool: \(spool.path)
      state: \(state.path)
      commit: \(way.rawValue)
      \(all.joined(separator: "\n"))
      \(settings)

      """, to: "etc/levelwind.yaml")
  }

  /// Changes how it commits from the next start on.
  func change(to way: Way) throws {
    let text = folder.text("etc/levelwind.yaml").split(separator: "\n")
      .map { $0.hasPrefix("commit: ") ? "commit: \(way.rawValue)" : String($0) }
    try folder.write(text.joined(separator: "\n") + "\n", to: "etc/levelwind.yaml")
  }

  /// Starts a responder, and waits until it answers.
  func start(faults: [String]? = nil) throws {
    var arguments = ["--config", folder("etc").path, "--socket", socket]
    if let faults {
      arguments += ["--orders", orders.path, "--record", record.path]
      arguments += faults.flatMap { ["--fault", $0] }
      try run(Self.program("levelwind-faulty"), arguments)
    } else {
      try run(Self.program("levelwind"), ["serve"] + arguments)
    }
  }

  /// Starts responders one after the other on a socket that outlives them, as systemd does.
  func startOnHeldSocket() throws {
    try? FileManager.default.removeItem(atPath: socket)
    try run(
      "python3",
      [
        "-c", HeldSocket.script, socket, folder("responder.pid").path, Self.program("levelwind"),
        "serve", "--config", folder("etc").path,
      ])
  }

  /// The process that serves at the moment, where the socket is held.
  var servingProcess: pid_t? { pid_t(folder.text("responder.pid")) }

  /// Has the calls fail, until the order is taken back or has been carried out.
  func order(_ fault: String) throws {
    try folder.write(fault, to: "orders.new")
    rename(folder("orders.new").path, orders.path)
  }

  /// - Returns: whether it was still there: a single failure that has happened is gone.
  func takeBackOrder() -> Bool { unlink(orders.path) == 0 }

  /// Sends one delivery.
  func deliver(_ number: Int) throws -> FastCGIClient.Answer {
    try FastCGIClient(socket: socket).post(
      Self.path, Payload.bytes(number), secret: Self.secret)
  }

  /// Ends the responder.
  @discardableResult
  func stop() -> Int32? {
    defer { responder = nil }
    return responder?.stop()
  }

  private func close() {
    if let responder {
      // What a test left stopped could not end.
      responder.send(SIGCONT)
      responder.stop()
    }
    folder.remove()
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    responder = try Child(program, arguments, log: folder("log/responder.log"))
    let pid = try #require(responder?.pid)
    // For Tests/run, which ends what a test that was cut short leaves running.
    try folder.write(folder.text("pids") + "\(pid)\n", to: "pids")
    try untilItAnswers()
  }

  func untilItAnswers() throws {
    try until("the responder answers") {
      try #require(responder?.isRunning == true, "the responder ended")
      return (try? FastCGIClient(socket: socket).get("/info").status) == 200
    }
  }

  private static func program(_ name: String) -> String {
    URL(filePath: Site.levelwind).deletingLastPathComponent().appending(path: name).path
  }
}
