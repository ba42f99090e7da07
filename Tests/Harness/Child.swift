import Dispatch
import Foundation

/// A program that runs beside a test.
final class Child {
  private let process = Process()
  private let ended = DispatchSemaphore(value: 0)
  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// Starts a program by its path, or found on the PATH. Both outputs are appended to the file
  /// `log`, or standard output to the file `output` instead.
  init(_ program: String, _ arguments: [String], log: URL, output: URL? = nil) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardError = try Self.append(to: log)
    process.standardOutput = try Self.append(to: output ?? log)
    let ended = ended
    process.terminationHandler = { _ in ended.signal() }
    try unblocked { try process.run() }
  }

  private static func append(to file: URL) throws -> FileHandle {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw NotYet(description: "can't write \(file.path)") }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  func send(_ signal: Int32) { kill(pid, signal) }

  /// Waits for the program's end.
  ///
  /// - Returns: its exit code, or the negated signal that ended it; nil if it still runs.
  func wait(_ seconds: Int = 30) -> Int32? {
    guard ended.wait(timeout: .now() + .seconds(seconds)) == .success else { return nil }
    ended.signal()
    return process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
  }

  /// Ends the program by SIGTERM or, after 30 s, by SIGKILL.
  @discardableResult
  func stop() -> Int32? {
    send(SIGTERM)
    if let status = wait() { return status }
    send(SIGKILL)
    return wait()
  }
}
