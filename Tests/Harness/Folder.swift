import Foundation

/// A folder of a test's own, removed with this object at the latest.
final class Folder: Sendable {
  let url: URL
  var path: String { url.path(percentEncoded: false) }

  /// Makes a new folder under TMPDIR, or in another.
  init(named name: String, in parent: URL = FileManager.default.temporaryDirectory) throws {
    let unique = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    url = parent.appending(path: "\(name)-\(unique)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { remove() }

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

  /// Writes a program. Another process does it: a thread that starts a program at that moment would
  /// hand it a descriptor that is open for writing, and the kernel runs no such file (ETXTBSY).
  @discardableResult
  func writeProgram(_ text: String, to name: String) throws -> URL {
    let file = try write(text, to: "\(name).text")
    defer { try? FileManager.default.removeItem(at: file) }
    let made = try Tool.run("install", ["-m", "0755", file.path, self(name).path])
    guard made.status == 0 else { throw NotYet(description: made.errors) }
    return self(name)
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: self(name))) }

  /// Returns the content of a file; empty if the file doesn't exist.
  func text(_ name: String) -> String {
    contents(name).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Returns the content of a file; nil if the file doesn't exist.
  func contents(_ name: String) -> [UInt8]? { try? bytes(name) }

  /// Returns the names in a folder, sorted; nothing if the folder doesn't exist.
  func names(in name: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: self(name).path)) ?? []).sorted()
  }

  /// Returns type, setgid bit and permissions of a name, as in `stat`; 0 if it doesn't exist. Links
  /// are not followed.
  func mode(_ name: String) -> UInt32 { status(name)?.st_mode ?? 0 }

  func group(_ name: String) -> UInt32? { status(name)?.st_gid }

  private func status(_ name: String) -> stat? {
    var status = stat()
    return lstat(self(name).path, &status) == 0 ? status : nil
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
