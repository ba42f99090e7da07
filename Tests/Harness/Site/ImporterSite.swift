import Bytes
import Foundation
import Spooling
import Testing

/// Spools with tasks, and the commands of importers, without a responder.
struct ImporterSite {
  let folder: Folder
  private let arrivals = Arrivals()

  /// The trace of all tasks: the example of W3C Trace Context, level 1.
  static let trace = TraceContext(
    parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    state: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")!

  /// Runs a test in a site, which is removed afterwards. Each of the incoming configurations has a
  /// spool.
  static func open(
    _ incoming: [String] = ["stock"], _ test: (ImporterSite) throws -> Void
  ) throws {
    let site = ImporterSite(folder: try Folder(named: "importers"))
    defer { site.folder.remove() }
    for name in incoming { try site.makeSpool(name) }
    try site.folder.write("spool: \(site.folder("spool").path)\n", to: "etc/levelwind.yaml")
    try test(site)
  }

  private func makeSpool(_ incoming: String) throws {
    for part in SpoolDirectory.allCases {
      try FileManager.default.createDirectory(
        at: folder("spool/\(incoming)/\(part)"), withIntermediateDirectories: true)
    }
  }

  /// Puts a task into `new/`, later than all others.
  ///
  /// - Returns: its id.
  @discardableResult
  func add(
    _ body: String = "{}", type: String = "application/json", to incoming: String = "stock",
    webhook: String = "erp", senderDelivery: String? = nil, as kind: TaskDocument.Kind = .task
  ) throws -> String {
    try add(
      bytes: Array(body.utf8), type: type, to: incoming, webhook: webhook,
      senderDelivery: senderDelivery, as: kind)
  }

  @discardableResult
  func add(
    bytes: [UInt8], type: String, to incoming: String = "stock", webhook: String = "erp",
    senderDelivery: String? = nil, as kind: TaskDocument.Kind = .task
  ) throws -> String {
    let arrival = arrivals.next(at: Date())
    let delivery = TaskDocument.Delivery(
      source: "https://hooks.example.org/webhook/\(webhook)", time: arrival.time,
      webhook: webhook, id: arrival.id, senderDelivery: senderDelivery.map { Array($0.utf8) },
      trace: Self.trace, method: "POST", path: Array("/webhook/\(webhook)".utf8), query: [],
      remote: "192.0.2.7",
      verified: "", headers: [])
    let document = TaskDocument(
      kind, id: arrival.id.at(place: 1), incoming: incoming, delivery: delivery,
      body: EncodedBody(bytes, contentType: Array(type.utf8)))
    // As the responder does: a name in new/ is always a whole task.
    let name = "spool/\(incoming)/tmp/\(document.id).json"
    // Not joined(): it takes a minute for the longest bodies, byte by byte in a debug build.
    try Data(document.parts.reduce(into: [UInt8]()) { $0 += $1 }).write(to: folder(name))
    try FileManager.default.moveItem(
      at: folder(name), to: folder("spool/\(incoming)/new/\(document.id).json"))
    return document.id.description
  }

  /// Puts a task, or a whole delivery, into `failed/`.
  ///
  /// - Returns: its id.
  @discardableResult
  func addFailed(
    _ reason: String, _ body: String = "{}", type: String = "application/json",
    as kind: TaskDocument.Kind = .task
  ) throws -> String {
    let id = try add(body, type: type, as: kind)
    try spool().hold(TaskPlace(.new, "\(id).json"))?.giveUp(reason)
    return id
  }

  /// Makes `done/` look as if its last change were long ago.
  func ageDone(_ incoming: String = "stock") {
    var past = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
    utimensat(AT_FDCWD, folder("spool/\(incoming)/done").path, &past, 0)
  }

  /// Returns the names in a directory of a spool, without the list of ends in `done/`.
  func names(_ directory: String, _ incoming: String = "stock") -> [String] {
    folder.names(in: "spool/\(incoming)/\(directory)").filter { !$0.hasSuffix(".ended") }
  }

  func spool(_ incoming: String = "stock") throws -> TaskSpool {
    try TaskSpool(path: folder("spool/\(incoming)").path)
  }

  /// Runs `levelwind task`.
  func task(_ arguments: String..., input: [UInt8]? = nil) throws -> Tool.Result {
    try task(arguments, input: input)
  }

  func task(_ arguments: [String], input: [UInt8]? = nil) throws -> Tool.Result {
    try Tool.run(Site.levelwind, command(arguments), input: input)
  }

  /// Runs `levelwind task` on a terminal, to which all three of its descriptors lead. `input` is
  /// the text that is typed.
  func onTerminal(_ arguments: String..., input: String = "") throws -> Tool.Result {
    let words = ([Site.levelwind] + command(arguments)).map {
      "'\($0.replacingOccurrences(of: "'", with: "'\\''"))'"
    }
    return try Tool.run(
      "script", ["-qec", words.joined(separator: " "), "/dev/null"], input: Array(input.utf8))
  }

  /// Starts `levelwind task drain`.
  func drain(
    _ incoming: String = "stock", _ options: [String] = [], _ program: [String],
    log: String = "drain"
  ) throws -> Child {
    try FileManager.default.createDirectory(
      at: folder("log"), withIntermediateDirectories: true)
    let child = try Child(
      Site.levelwind, command(["drain", incoming] + options + ["--"] + program),
      log: folder("log/\(log).log"))
    // Tests/run ends these processes when a test is cut short.
    let ids = (try? String(contentsOf: folder("pids"), encoding: .utf8)) ?? ""
    try folder.write("\(ids)\(child.pid)\n", to: "pids")
    return child
  }

  /// Puts the option for the configuration before a `--`.
  private func command(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return ["task"] + arguments[..<end] + ["--config", folder("etc").path] + arguments[end...]
  }

  /// Returns the lines that commands have written to a file.
  func lines(_ file: String) -> [String] {
    folder.text(file).split(separator: "\n").map(String.init)
  }
}
