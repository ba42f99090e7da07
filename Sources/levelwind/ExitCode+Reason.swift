import ArgumentParser
import Foundation
import Webhooks

extension ExitCode {
  /// Says on standard error why the command ends, and ends it: `throw .because(75, "…")`.
  static func because(_ code: Int32, _ reason: String) -> ExitCode {
    say(reason)
    return ExitCode(code)
  }

  /// Says something on standard error. Some of it may be a sender's, or another user's.
  static func say(_ text: String) {
    var line = Array("levelwind: ".utf8)
    SafeText.append(text, to: &line, limit: .max, keepsLines: true)
    line.append(UInt8(ascii: "\n"))
    _ = write(STDERR_FILENO, line, line.count)
  }
}
