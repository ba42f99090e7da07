import Foundation
import Serving

/// Programs of this machine.
enum MachineProgram {
  /// Runs a program to its end, without a shell.
  ///
  /// - Returns: its exit code and output; nil if it isn't installed or can't be run.
  static func run(
    _ arguments: [String]
  ) -> (status: Int32, output: String, errors: String)? {
    let path =
      "PATH=/usr/local/sbin:/usr/sbin:/sbin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    let process = Process()
    let output = Pipe()
    let errors = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [path] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    guard (try? process.run()) != nil else { return nil }
    // Standard error is a line or two and fits into the pipe, so it can be read second.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let words = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus != 127 else { return nil }
    return (
      process.terminationStatus, String(decoding: text, as: UTF8.self),
      String(decoding: words, as: UTF8.self)
    )
  }

  /// Returns why a user can't run a program, with a remedy where a command mends it; nil if the
  /// user can. `path` has the folders in which a program without a slash is looked for.
  static func obstacle(
    to program: String, for user: Account, path: [String]
  ) -> (what: String, remedy: Remedy?)? {
    guard !program.contains("/") else { return obstacle(at: program, for: user) }
    let places: [String] = path.map { "\($0)/\(program)" }
    let found = places.filter { access($0, F_OK) == 0 }
    guard let first = found.first else {
      return ("is in none of \(path.joined(separator: ", "))", nil)
    }
    return found.contains { obstacle(at: $0, for: user) == nil }
      ? nil : obstacle(at: first, for: user)
  }

  private static func obstacle(
    at path: String, for user: Account
  ) -> (what: String, remedy: Remedy?)? {
    var status = stat()
    guard stat(path, &status) == 0 else { return (String(cString: strerror(errno)), nil) }
    guard status.st_mode & S_IFMT == S_IFREG else { return ("isn't a file", nil) }
    if let barrier = user.barrier(on: path) {
      return ("user \(user.name) can't pass \(barrier)", .changeMode("a+x", barrier))
    }
    // Root, too, can run only files that someone has permission to execute.
    guard status.st_mode & 0o111 != 0, user.may(1, status) else {
      return ("can't be executed by user \(user.name)", .changeMode("a+rx", path))
    }
    return nil
  }
}
