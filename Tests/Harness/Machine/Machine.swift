import Foundation
import Testing

/// A throwaway machine with a systemd of its own, over a copy-on-write view of this one: see
/// `Tests/Tools/machine`. Changes in it disappear with it, even if the test is killed.
final class Machine {
  /// A folder outside the machine, for logs.
  let folder: Folder
  private let keeper = Process()
  private let hold = Pipe()
  private(set) var initID = ""

  static let script = Site.repository.appending(path: "Tests/Tools/machine").path

  /// Runs a test with a machine that has booted to `basic.target`. `tree` is the root file system
  /// that it is a view of; nil for this machine's own.
  static func open<Result>(
    from tree: String? = nil, _ test: (Machine) throws -> Result
  ) throws -> Result {
    let machine = Machine(folder: try Folder(named: "machine"))
    if let tree {
      machine.keeper.environment = ProcessInfo.processInfo.environment
        .merging(["LEVELWIND_ROOT": tree]) { $1 }
    }
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
    // Tests/run ends these processes when a test is cut short.
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

  /// Runs a program in the machine, as root, to its end.
  func run(_ program: String, _ arguments: String..., input: [UInt8]? = nil) throws -> Tool.Result {
    try Tool.run(Self.script, ["--enter", initID, program] + arguments, input: input)
  }

  /// Runs a bash script in the machine, as root. It must succeed.
  ///
  /// - Returns: its output, without line ends at the end.
  @discardableResult
  func shell(_ script: String, location: SourceLocation = #_sourceLocation) throws -> String {
    let result = try run("bash", "-euo", "pipefail", "-c", script)
    try #require(
      result.status == 0, "\(script)\n\(result.text)\(result.errors)", sourceLocation: location)
    return result.text.trimmingCharacters(in: .newlines)
  }

  /// Starts a program in the machine that runs beside the test. The machine's end ends it. `log` is
  /// the name of a file in `folder` for the output.
  func start(_ program: String, _ arguments: [String], log: String) throws -> Child {
    try Child(Self.script, ["--enter", initID, program] + arguments, log: folder(log))
  }

  /// Returns the path of a machine's file as seen from outside. Absolute links in the path lead
  /// outside.
  func file(_ path: String) -> URL { URL(filePath: "/proc/\(initID)/root\(path)") }

  /// Writes a file that belongs to root, and makes its folders.
  func write(_ text: String, to path: String, mode: Int = 0o644) throws {
    let file = file(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }

  /// Returns the content of a file; empty if the file doesn't exist.
  func text(_ path: String) -> String {
    (try? String(contentsOf: file(path), encoding: .utf8)) ?? ""
  }

  /// Returns the names in a folder, sorted; nothing if the folder doesn't exist.
  func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(path).path)) ?? []).sorted()
  }

  /// Waits until a unit is in a state.
  func untilUnit(_ unit: String, is state: String = "active") throws {
    try until("\(unit) is \(state)") {
      try run("systemctl", "is-active", unit).text == state + "\n"
    }
  }

  /// Returns the journal of a unit.
  func journal(of unit: String) -> String {
    (try? run("journalctl", "--unit", unit, "--no-pager", "--output", "cat").text) ?? ""
  }
}
