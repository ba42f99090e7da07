import Foundation

/// A program that is run to its end.
struct Tool {
  /// The result of a program that has ended.
  struct Result {
    let status: Int32
    let output: [UInt8]
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs a program by its path, or found on the PATH. `input` is its standard input; nil for none.
  static func run(
    _ program: String, _ arguments: [String], input: [UInt8]? = nil
  ) throws -> Result {
    let scratch = try Folder(named: "tool")
    defer { scratch.remove() }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput =
      try input.map {
        try FileHandle(forReadingFrom: scratch.write($0, to: "input"))
      } ?? FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: scratch.write([], to: "output"))
    process.standardError = try FileHandle(forWritingTo: scratch.write([], to: "errors"))
    try unblocked { try process.run() }
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: try scratch.bytes("output"),
      errors: String(decoding: try scratch.bytes("errors"), as: UTF8.self))
  }
}
