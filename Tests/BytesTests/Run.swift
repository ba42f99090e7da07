import Foundation
import Testing

/// Returns a program's output for an input. Both are files, so that no pipe can fill up.
func run(_ program: String, _ arguments: [String], input: [UInt8]) throws -> [UInt8] {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let from = folder.appending(path: "in")
  let into = folder.appending(path: "out")
  try Data(input).write(to: from)
  try Data().write(to: into)
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = [program] + arguments
  process.standardInput = try FileHandle(forReadingFrom: from)
  process.standardOutput = try FileHandle(forWritingTo: into)
  try process.run()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0, "\(program) failed")
  return Array(try Data(contentsOf: into))
}
