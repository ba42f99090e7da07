import Foundation
import Testing

@testable import Harness

/// A responder in a folder of its own, without a web server. The load goes straight to its socket.
final class Station {
  /// The way by which commits become durable.
  enum Way: CaseIterable {
    /// The write-ahead log.
    case log
    /// A write-ahead log so small that it is filled, emptied and used again within a moment.
    case smallLog
    /// Each commit in its spools, like those that are too large for the log.
    case plain
  }

  /// The webhook that most deliveries go to. Each makes a task in both spools.
  static let path = "/webhook/both"
  /// Webhooks whose deliveries make a task in the first spool only, or in the second.
  static let stock = "/webhook/erp"
  static let audit = "/webhook/audit"
  static let spools = ["stock", "audit"]
  static let secret = Sample.secret

  let folder: Folder
  let spool: URL
  let state: URL
  var socket: String { folder("run/s").path }
  /// The files by which faults are ordered from `levelwind-faulty`, and in which it records its
  /// calls.
  var orders: URL { folder("orders") }
  var record: URL { folder("record") }
  private(set) var responder: Child?
  /// At work since before the start; nil where a test does without.
  let importer: Importer?
  private let way: Way
  /// The file system of the second spool alone, if it has one.
  private let image: Image?

  /// Runs a test with a responder that has started, and ends the responder afterwards.
  ///
  /// - Parameters:
  ///   - way: the way by which commits become durable.
  ///   - faults: the faults that `levelwind-faulty` starts with; nil for `levelwind`.
  ///   - disk: the folder of the spools and the log; nil for the station's.
  ///   - isLogApart: whether the log lies in the station's folder all the same.
  ///   - stateDisk: the folder of the state; nil for the station's.
  ///   - image: a file system that is mounted as the second spool.
  ///   - settings: more lines of `levelwind.yaml`.
  ///   - keepsHistory: whether the webhooks keep their deliveries.
  ///   - importing: the spool that an importer works on; nil for none.
  ///   - claiming: the number of the importer's threads that claim; 0 for one that removes.
  ///   - test: the test.
  /// - Returns: what the test returns.
  /// - Throws: the errors of the test, and of a responder that doesn't start.
  static func open<Result>(
    _ way: Way = .plain, faults: [String]? = nil, disk: URL? = nil, isLogApart: Bool = false,
    stateDisk: URL? = nil, image: Image? = nil, settings: String = "",
    keepsHistory: Bool = false, importing: String? = spools[0], claiming: Int = 0,
    _ test: (Station) throws -> Result
  ) throws -> Result {
    let folder = try Folder(named: "station")
    let station = try Station(
      folder: folder, disk: disk ?? folder(""), way,
      stateDisk: stateDisk ?? (way != .plain && !isLogApart ? disk : nil), image, settings,
      keepsHistory: keepsHistory, importing, claiming: claiming)
    return try Logs.$folder.withValue(folder) {
      defer { station.close() }
      try station.start(faults: faults)
      return try test(station)
    }
  }

  private init(
    folder: Folder, disk: URL, _ way: Way, stateDisk: URL?, _ image: Image?,
    _ settings: String, keepsHistory: Bool, _ importing: String?, claiming: Int
  ) throws {
    self.folder = folder
    self.way = way
    self.image = image
    let spool = disk.appending(path: "spool")
    self.spool = spool
    // A file system that is to be mended can't hold the state: the lock in it would keep it
    // mounted.
    state = (stateDisk ?? folder("")).appending(path: "state")
    for (name, text) in Sample.files { try folder.write(text, to: "etc/\(name)") }
    try folder.write(
      Sample.webhook().replacing("incoming: stock", with: "incoming: audit"),
      to: "etc/webhooks/audit.yaml")
    if keepsHistory {
      for name in ["erp", "both", "audit"] {
        let file = "etc/webhooks/\(name).yaml"
        try folder.write("history: {}\n" + folder.text(file), to: file)
      }
    }
    for name in ["run", "log"] { try folder.write("", to: "\(name)/.keep") }
    try image?.move(to: spool.appending(path: Self.spools[1]))
    let defaults = ["threads: 16", "min_free: 0", "min_free_inodes: 0", "deadline: 20s"]
    let given = settings.split(separator: "\n").map { $0.prefix { $0 != ":" } }
    let all = defaults.filter { setting in !given.contains(setting.prefix { $0 != ":" }) }
    try folder.write(
      """
      base_url: https://localhost
      spool: \(spool.path)
      state: \(state.path)
      \(all.joined(separator: "\n"))
      \(settings)

      """, to: "etc/levelwind.yaml")
    importer = importing.map { incoming in
      Importer(of: incoming, in: spool, claiming: claiming) {
        Checker.number(ofTask: $0, in: incoming)
      }
    }
  }

  /// Starts a responder, and waits until it answers.
  func start(faults: [String]? = nil) throws {
    let command = command(faults) + ["--socket", socket]
    try run(command[0], Array(command.dropFirst()))
  }

  private func command(_ faults: [String]?) -> [String] {
    let configuration = ["--config", folder("etc").path]
    if way == .log, faults == nil { return [Self.program("levelwind"), "serve"] + configuration }
    var command = [Self.program("levelwind-faulty")] + configuration
    switch way {
    case .log: break
    case .smallLog: command += ["--segment-bytes", "\(Self.segmentBytes)", "--segments", "6"]
    case .plain: command.append("--plain")
    }
    if let faults {
      command += ["--orders", orders.path, "--record", record.path]
      command += faults.flatMap { ["--fault", $0] }
    }
    return command
  }

  /// The size of a segment of the small log.
  static let segmentBytes = 5 << 16

  /// Starts responders one after the other on a socket that outlives them, as systemd does.
  func startOnHeldSocket() throws {
    try? FileManager.default.removeItem(atPath: socket)
    try run(
      "python3",
      [
        "-c", HeldSocket.script, socket, folder("responder.pid").path,
      ] + command(nil))
  }

  /// The process that serves at the moment on the held socket.
  var servingProcess: pid_t? { pid_t(folder.text("responder.pid")) }

  /// Orders a fault. It lasts until the order is taken back, or, for a single failure, has
  /// happened.
  func order(_ fault: String) throws {
    try folder.write(fault, to: "orders.new")
    rename(folder("orders.new").path, orders.path)
  }

  /// Whether the order is still there. A single failure that has happened is gone.
  var isOrdered: Bool { FileManager.default.fileExists(atPath: orders.path) }

  /// Takes the order back.
  ///
  /// - Returns: whether it was still there.
  func takeBackOrder() -> Bool { unlink(orders.path) == 0 }

  /// Sends one delivery.
  func deliver(_ number: Int, to path: String = path) throws -> Reply {
    try FastCGIClient(path: socket).post(path, Payload.bytes(number), secret: Self.secret)
  }

  /// Ends the responder.
  @discardableResult
  func stop() -> Int32? {
    defer { responder = nil }
    return responder?.stop()
  }

  private func close() {
    if let responder {
      // A process that a test stopped can't end.
      responder.send(SIGCONT)
      responder.stop()
    }
    importer?.stop()
    try? image?.unmount()
    folder.remove()
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    responder = try Child(program, arguments, log: folder("log/responder.log"))
    let pid = try #require(responder?.pid)
    // Tests/run ends these processes when a test is cut short.
    try folder.write(folder.text("pids") + "\(pid)\n", to: "pids")
    try untilItAnswers()
  }

  func untilItAnswers() throws {
    try until("the responder answers") {
      try #require(responder?.isRunning == true, "the responder ended")
      return (try? FastCGIClient(path: socket).get("/info").status) == 200
    }
  }

  static func program(_ name: String) -> String {
    URL(filePath: Site.levelwind).deletingLastPathComponent().appending(path: name).path
  }
}
