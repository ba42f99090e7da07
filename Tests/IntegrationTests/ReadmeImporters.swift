import Foundation
import Testing

@testable import Harness

/// The importers that the README shows, in files that can be run.
struct ReadmeImporters {
  static let languages = ["sh", "py", "php", "swift"]

  let folder: Folder

  /// Takes them out of the README, and compiles those that have to be.
  static func open(_ language: String, _ test: (ReadmeImporters) throws -> Void) throws {
    let importers = ReadmeImporters(folder: try Folder(named: "readme"))
    defer { importers.folder.remove() }
    for (name, text) in try texts() where name.hasSuffix(".\(language)") {
      let file = try importers.folder.write(text, to: name)
      guard language == "swift" else { continue }
      let compiled = try Tool.run("swiftc", [file.path, "-o", "\(file.path).program"])
      try #require(compiled.status == 0, "\(compiled.errors)")
    }
    try test(importers)
  }

  /// What the README shows, by the name that the first lines of each say.
  static func texts() throws -> [String: String] {
    var texts: [String: String] = [:]
    for block in try Readme.blocks(between: "importers") {
      let match = block.firstMatch(of: #/(#|//) ((one|several|command)\.[a-z]+) /#)
      if let match { texts[String(match.2)] = block }
    }
    return texts
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
