import Foundation
import Spooling
import Testing

/// A spool with a relay, without a responder.
struct RelayedSpool {
  let site: ImporterSite
  private static let relay = "\(Site.levelwind)-relay"

  /// Opens a spool whose relay has these keys, in YAML's flow style. The secret `target` is the
  /// server's password.
  static func open(
    _ keys: String, password: String = "", _ test: (RelayedSpool) throws -> Void
  ) throws {
    try ImporterSite.open { site in
      let spool = RelayedSpool(site: site)
      try site.folder.write(
        "spool: \(site.folder("spool").path)\nstate: \(site.folder("state").path)\n",
        to: "etc/levelwind.yaml")
      try FileManager.default.createDirectory(
        at: site.folder("state/status"), withIntermediateDirectories: true)
      try spool.set(password: password)
      try spool.configure(keys)
      try test(spool)
    }
  }

  func set(password: String) throws {
    try site.folder.write(password + "\n", to: "etc/outgoing-secrets/target")
  }

  /// Changes the relay's keys.
  func configure(_ keys: String) throws {
    try site.folder.write(
      "relay: {back_off: 20ms, max_back_off: 20ms, \(keys)}\n",
      to: "etc/incoming/stock.yaml")
  }

  var arguments: [String] { ["run", "--once", "--config", site.folder("etc").path] }

  /// Carries tasks on until none is due.
  func once() throws -> Tool.Result { try Tool.run(Self.relay, arguments) }

  /// Returns what `levelwind-relay check` says, a line a relay. Its exit status fits that.
  func check() throws -> String {
    let result = try Tool.run(
      Self.relay, ["check", "--timeout", "30", "--config", site.folder("etc").path])
    let said = result.errors.replacingOccurrences(of: "levelwind-relay: ", with: "")
      .trimmingCharacters(in: .newlines)
    let works = said.split(separator: "\n").allSatisfy { $0.hasSuffix(": works") }
    #expect(result.status == (works ? 0 : 1), "\(said)")
    return said
  }

  /// Carries tasks on until none is left.
  func all() throws {
    try until("all are carried on") {
      _ = try once()
      return isEmpty
    }
  }

  /// Carries tasks on, and is killed at the given call of a kind.
  ///
  /// - Returns: the exit status, which is that of a run to its end if there are fewer calls.
  func once(killedAt call: String, _ count: Int) throws -> Int32 {
    try Tool.run(
      "strace",
      ["--follow-forks", "--trace=\(call)", "--inject=\(call):signal=KILL:when=\(count)"]
        + ["--output", "/dev/null", Self.relay] + arguments
    ).status
  }

  /// Starts a relay that goes on.
  func start() throws -> Child {
    try Child(
      Self.relay, ["run", "--config", site.folder("etc").path], log: site.folder("relay.log"))
  }

  /// Runs a test beside a relay that goes on.
  func running(_ test: (Child) throws -> Void) throws {
    let child = try start()
    defer { child.stop() }
    try test(child)
  }

  /// Whether no task is left. A kill may leave the record of a task's attempts, whole or not.
  var isEmpty: Bool {
    ["new", "cur", "retry", "failed"].allSatisfy { place in
      !site.names(place).contains { $0.hasSuffix(".json") || $0.hasSuffix(".drain") }
    }
  }

  /// The outage that the relay tells of in its status.
  var outage: String? {
    WorkStatus.read(WorkStatus.relay, state: site.folder("state").path)?.parts["stock"]?.outage?
      .reason
  }

  /// Breaks something, adds tasks, and mends it. Until then the tasks wait, and the status tells of
  /// it in these words. Afterwards all are carried on.
  func outage(
    telling words: String, tasks: Int = 120, _ sabotage: () throws -> Void,
    _ mend: () throws -> Void
  ) throws {
    try sabotage()
    for number in 1...tasks { try site.add("\(number)") }
    try until("the status tells: \(words)") { outage?.contains(words) ?? false }
    #expect(site.names("failed").isEmpty)
    #expect(site.names("retry").isEmpty)
    try mend()
    try until("all are carried on", seconds: 120) { isEmpty }
    try until("the outage is over") { outage == nil }
  }
}
