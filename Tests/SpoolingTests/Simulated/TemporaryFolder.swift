import Foundation

/// A folder of a test's own, removed with this object.
final class TemporaryFolder: Sendable {
  let path: String

  init(in folder: String = FileManager.default.temporaryDirectory.path) throws {
    path = "\(folder)/levelwind-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Returns the names in a folder within, sorted.
  func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  func bytes(_ file: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(path)/\(file)").map { Array($0) }
  }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
  }

  /// Returns type, setgid bit and permissions of a name, as in `stat`. Links are not followed.
  func mode(_ name: String) -> UInt32 {
    var status = stat()
    return lstat("\(path)/\(name)", &status) == 0 ? status.st_mode : 0
  }

  func group(_ name: String) -> UInt32? {
    var status = stat()
    return lstat("\(path)/\(name)", &status) == 0 ? status.st_gid : nil
  }
}
