import Foundation

/// A program that is run to its end.
struct Tool {
  /// The result of a program that has ended.
  struct Result {
    /// The exit code, or the negated signal that ended it.
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
    let child = try Child(
      program, arguments, log: scratch.write([], to: "errors"),
      output: scratch.write([], to: "output"),
      input: input.map { try scratch.write($0, to: "input") })
    let status = child.wait(nil)
    return Result(
      status: status ?? -1, output: try scratch.bytes("output"),
      errors: String(decoding: try scratch.bytes("errors"), as: UTF8.self))
  }
}
