import Foundation
import Testing

@testable import Harness

/// The importers in `systemd/examples/importers`, of one language.
struct ExampleImporters {
  static let languages = ["sh", "py", "php", "swift"]
  static let source = Site.repository.appending(path: "systemd/examples/importers")

  /// Copies of them, where any user may read them, wherever the repository is.
  private let folder: Folder

  /// Copies them, and compiles those that have to be.
  static func open(_ language: String, _ test: (ExampleImporters) throws -> Void) throws {
    let importers = ExampleImporters(folder: try Folder(named: "importers"))
    defer { importers.folder.remove() }
    for name in try names() where name.hasSuffix(".\(language)") {
      let copy = importers.folder(name)
      try FileManager.default.copyItem(at: source.appending(path: name), to: copy)
      guard language == "swift" else { continue }
      let compiled = try Tool.run("swiftc", [copy.path, "-o", "\(copy.path).program"])
      try #require(compiled.status == 0, "\(compiled.errors)")
    }
    try test(importers)
  }

  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
  }

  /// How one is run, but for its arguments.
  func command(_ name: String) -> [String] {
    let file = folder(name).path
    return switch name.split(separator: ".").last {
    case "sh": ["sh", file]
    case "py": ["/usr/bin/python3", file]
    case "php": ["php", file]
    default: ["\(file).program"]
    }
  }

  /// Runs one over the tasks of `stock`.
  func run(_ name: String, in site: ImporterSite) throws -> Tool.Result {
    let command = command(name) + [site.folder("spool/stock").path, site.folder("out").path]
    return try Tool.run(command[0], Array(command.dropFirst()))
  }

  /// Starts one.
  func start(_ name: String, in site: ImporterSite, target: String = "out") throws -> Child {
    try FileManager.default.createDirectory(
      at: site.folder(target), withIntermediateDirectories: true)
    let command = command(name) + [site.folder("spool/stock").path, site.folder(target).path]
    return try Child(
      command[0], Array(command.dropFirst()), log: site.folder("\(name)-\(target).log"))
  }
}
