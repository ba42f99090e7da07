import ArgumentParser
import Bytes
import FoundationEssentials
import Glibc
import Webhooks

extension ExitCode {
  /// Prints the reason on standard error, and returns the exit code: `throw .because(75, "…")`.
  static func because(_ code: Int32, _ reason: String) -> ExitCode {
    say(reason)
    return ExitCode(code)
  }

  /// Prints a line on standard error. Its text may come from a sender or another user, so it is
  /// made safe.
  static func say(_ text: String) {
    var line = Array("levelwind: ".utf8)
    SafeText.append(text, to: &line, limit: .max, keepsLines: true)
    line.append(UInt8(ascii: "\n"))
    _ = write(STDERR_FILENO, line, line.count)
  }
}
