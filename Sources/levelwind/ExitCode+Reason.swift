import ArgumentParser
import Foundation

extension ExitCode {
  /// Says on standard error why the command ends, and ends it: `throw .because(75, "…")`.
  static func because(_ code: Int32, _ reason: String) -> ExitCode {
    say(reason)
    return ExitCode(code)
  }

  /// Says something on standard error.
  static func say(_ text: String) {
    let line = Array("levelwind: \(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }
}
