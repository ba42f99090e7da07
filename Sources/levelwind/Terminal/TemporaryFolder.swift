import ArgumentParser
import FoundationEssentials
import Glibc

/// A folder that only this user can enter.
struct TemporaryFolder {
  let path: String

  /// Makes the folder in TMPDIR, or in /tmp.
  ///
  /// - Throws: exit code 1 with the system's reason.
  init() throws {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    var template = Array(((parent.isEmpty ? "/tmp" : parent) + "/levelwind-XXXXXX").utf8CString)
    guard let made = mkdtemp(&template) else {
      throw ExitCode.because(
        1, "a temporary folder can't be made: \(String(cString: strerror(errno)))")
    }
    path = String(cString: made)
  }

  /// Writes a file of mode 0600 and makes the folders to it.
  ///
  /// - Throws: exit code 1 if it can't be written.
  func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(filePath: "\(path)/\(name)")
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw ExitCode.because(1, "\(file.path) can't be written: \(error)")
    }
    guard
      FileManager.default.createFile(
        atPath: file.path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
    else { throw ExitCode.because(1, "\(file.path) can't be written") }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
