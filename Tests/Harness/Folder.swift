import Foundation

/// A folder of a test's own.
struct Folder {
  let url: URL
  var path: String { url.path(percentEncoded: false) }

  /// Makes a new folder under TMPDIR.
  init(named name: String) throws {
    let unique = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    url = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(unique)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func callAsFunction(_ name: String) -> URL { url.appending(path: name) }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> URL {
    let file = self(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> URL {
    try write(Array(text.utf8), to: name)
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: self(name))) }

  /// Returns the content of a file; empty if the file doesn't exist.
  func text(_ name: String) -> String {
    (try? bytes(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Returns the names in a folder, sorted; nothing if the folder doesn't exist.
  func names(in name: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: self(name).path)) ?? []).sorted()
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
