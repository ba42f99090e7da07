import Foundation
import Testing

/// A throwaway machine with a systemd of its own, over a copy-on-write view of this one: see
/// `Tests/machine`. Whatever is done in it is gone with it, also when the test is killed.
final class Machine {
  /// A folder outside, for what is logged.
  let folder: Folder
  private let keeper = Process()
  private let hold = Pipe()
  private(set) var initID = ""

  static let script = Site.repository.appending(path: "Tests/machine").path

  /// Runs a test with a machine that has booted as far as `basic.target`.
  static func open<Result>(_ test: (Machine) throws -> Result) throws -> Result {
    let machine = Machine(folder: try Folder(named: "machine"))
    defer { machine.end() }
    try machine.boot()
    return try test(machine)
  }

  private init(folder: Folder) { self.folder = folder }

  private func boot() throws {
    keeper.executableURL = URL(filePath: Self.script)
    keeper.arguments = ["--hold", folder.path]
    keeper.standardInput = hold
    keeper.standardOutput = FileHandle.nullDevice
    keeper.standardError = try FileHandle(forWritingTo: folder.write("", to: "keeper.log"))
    try unblocked { try keeper.run() }
    // For Tests/run, which ends what a test that was cut short leaves running.
    try folder.write("\(keeper.processIdentifier)\n", to: "pids")
    try until("the machine boots", seconds: 60) {
      guard keeper.isRunning else { throw NotYet(description: folder.text("keeper.log")) }
      initID = folder.text("init").trimmingCharacters(in: .whitespacesAndNewlines)
      return !initID.isEmpty
    }
  }

  private func end() {
    try? hold.fileHandleForWriting.close()
    if keeper.isRunning { keeper.waitUntilExit() }
    folder.remove()
  }

  /// Runs a program in it, as root, to its end.
  func run(_ program: String, _ arguments: String..., input: [UInt8]? = nil) throws -> Tool.Result {
    try Tool.run(Self.script, ["--enter", initID, program] + arguments, input: input)
  }

  /// Runs a script of bash in it, as root, that has to succeed.
  ///
  /// - Returns: what it said, without line ends behind it.
  @discardableResult
  func shell(_ script: String, location: SourceLocation = #_sourceLocation) throws -> String {
    let result = try run("bash", "-euo", "pipefail", "-c", script)
    try #require(
      result.status == 0, "\(script)\n\(result.text)\(result.errors)", sourceLocation: location)
    return result.text.trimmingCharacters(in: .newlines)
  }

  /// Starts a program in it that runs beside the test; the machine's end ends it.
  ///
  /// - Parameter log: the name of a file in `folder` that takes what it says.
  func start(_ program: String, _ arguments: [String], log: String) throws -> Child {
    try Child(Self.script, ["--enter", initID, program] + arguments, log: folder(log))
  }

  /// Where a file of the machine is seen from outside. Absolute links in its path lead outside.
  func file(_ path: String) -> URL { URL(filePath: "/proc/\(initID)/root\(path)") }

  /// Writes a file of root's, with the folders that it needs.
  func write(_ text: String, to path: String, mode: Int = 0o644) throws {
    let file = file(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }

  /// What is in a file, or nothing if there is no such file.
  func text(_ path: String) -> String {
    (try? String(contentsOf: file(path), encoding: .utf8)) ?? ""
  }

  /// The names in a folder, sorted; none if it isn't there.
  func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(path).path)) ?? []).sorted()
  }

  /// Waits for a unit's state.
  func untilUnit(_ unit: String, is state: String = "active") throws {
    try until("\(unit) is \(state)") {
      try run("systemctl", "is-active", unit).text == state + "\n"
    }
  }

  /// The journal of a unit.
  func journal(of unit: String) -> String {
    (try? run("journalctl", "--unit", unit, "--no-pager", "--output", "cat").text) ?? ""
  }
}
