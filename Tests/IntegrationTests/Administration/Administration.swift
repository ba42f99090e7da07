import Foundation
import Testing

@testable import Harness

/// A configuration in a folder of its own, maintained with the command as by an administrator.
struct Administration {
  let folder: Folder

  /// Runs a test with the configuration in `files`, by path: `incoming/stock.yaml`.
  static func run(
    _ files: [String: String] = ["incoming/stock.yaml": "name: Stock\n"],
    _ test: (Administration) throws -> Void
  ) throws {
    let site = Administration(folder: try Folder(named: "administration"))
    defer { site.folder.remove() }
    for (name, text) in files { try site.folder.write(text, to: "etc/\(name)") }
    try site.folder.write(
      """
      base_url: https://hooks.example.org
      spool: \(site.folder("spool").path)
      state: \(site.folder("state").path)

      """, to: "etc/levelwind.yaml")
    try test(site)
  }

  /// Runs `levelwind` without a terminal.
  func callAsFunction(_ arguments: String..., input: String? = nil) throws -> Tool.Result {
    try self(arguments, input: input)
  }

  func callAsFunction(_ arguments: [String], input: String? = nil) throws -> Tool.Result {
    try Tool.run(
      Site.levelwind, arguments + ["--config", folder("etc").path],
      input: input.map { Array($0.utf8) })
  }

  func text(_ name: String) -> String { folder.text("etc/\(name)") }

  /// Returns the content of a file without the line that says when it was made.
  ///
  /// - Throws: unless there is such a line, with a moment of the last hour.
  func timeless(_ name: String) throws -> String {
    let text = text(name)
    let line = try #require(text.firstMatch(of: /(?m)^created: (\S+)\n/), "\(name): \(text)")
    let moment = try Date(String(line.1), strategy: .iso8601)
    #expect(abs(moment.timeIntervalSinceNow) < 3600, "\(name)")
    return text.replacing(line.0, with: "")
  }

  /// Returns the permissions of a file, and its owner.
  func mode(_ name: String) throws -> (mode: mode_t, user: uid_t, group: gid_t) {
    var status = stat()
    try #require(stat(folder("etc/\(name)").path, &status) == 0, "\(name) is not there")
    return (status.st_mode & 0o7777, status.st_uid, status.st_gid)
  }

  /// Returns the content of every file of the configuration, by path.
  func snapshot() -> [String: String] {
    let names = FileManager.default.enumerator(atPath: folder("etc").path)?.allObjects as? [String]
    return Dictionary(uniqueKeysWithValues: (names ?? []).map { ($0, text($0)) })
  }
}
