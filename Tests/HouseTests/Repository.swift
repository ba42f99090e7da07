import Foundation

/// The files of this repository, found from the path at which this file was compiled.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Returns every Swift file below a folder.
  static func swiftFiles(in folder: String) -> [URL] {
    files(in: folder).filter { $0.pathExtension == "swift" }
  }

  /// Every file below a folder that isn't a build product.
  static func files(in folder: String) -> [URL] {
    let files = FileManager.default.enumerator(
      at: root.appending(path: folder), includingPropertiesForKeys: nil)
    var found: [URL] = []
    while let file = files?.nextObject() as? URL {
      let name = file.lastPathComponent
      if name.hasPrefix(".build") || name == ".git" {
        files?.skipDescendants()
      } else {
        found.append(file)
      }
    }
    return found
  }

  /// The documents in Markdown: of the top level, of Sources, Tests and the manual.
  static var documents: [URL] {
    let folders = ["Sources", "Tests", "systemd", ".github"].flatMap { folder in
      FileManager.default.enumerator(
        at: root.appending(path: folder), includingPropertiesForKeys: nil)?
        .compactMap { $0 as? URL } ?? []
    }
    return [root.appending(path: "README.md")] + folders.filter { $0.pathExtension == "md" }
  }
}
