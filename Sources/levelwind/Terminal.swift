import Foundation
import Serving
import Webhooks

/// Asks the person at the keyboard, if there is one, and knows what is read on.
enum Terminal {
  /// Standard output: as wide as `COLUMNS` says, or else the terminal, or else 80. No colours with `NO_COLOR` or
  /// where `TERM` is `dumb`.
  static let screen: Screen = {
    guard isatty(STDOUT_FILENO) == 1 else { return Screen() }
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let environment = ProcessInfo.processInfo.environment
    let takesColours = !["", "dumb"].contains(environment["TERM"] ?? "")
    return Screen(
      width: environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        ?? (isKnown ? Int(size.ws_col) : 80),
      isColoured: takesColours && (environment["NO_COLOR"] ?? "").isEmpty)
  }()

  /// A moment: local time on a terminal; elsewhere, where scripts read it, as it was written in UTC.
  static func time(_ moment: Date, utc: String) -> String {
    screen.width == nil ? utc : moment.localTime
  }

  /// Whether somebody can answer.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Whether the answer is yes; nothing typed is no. False where nobody can answer.
  static func confirms(_ question: String) -> Bool {
    guard isInteractive else { return false }
    say("\(question) [y/N] ")
    return ["y", "yes"].contains(
      readLine()?.trimmingCharacters(in: .whitespaces).lowercased() ?? "")
  }

  /// A line that isn't shown while it is typed; nil where it is empty or nobody can answer.
  static func secret(_ prompt: String) -> [UInt8]? {
    var before = termios()
    guard isInteractive, tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { return nil }
    // Only now: what is typed at once is neither shown nor thrown away.
    say(prompt)
    defer {
      _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      say("\n")
    }
    guard let line = readLine(), !line.isEmpty else { return nil }
    return Array(line.utf8)
  }

  private static func say(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
