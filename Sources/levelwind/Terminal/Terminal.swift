import Bytes
import FoundationEssentials
import Glibc
import Serving
import Webhooks

/// The terminal: the screen, and the person at the keyboard, if there is one.
enum Terminal {
  /// The screen behind standard output. Its width is `COLUMNS`, else the terminal's, else 80. It
  /// has no colours if `NO_COLOR` is set or `TERM` is `dumb`.
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

  /// Returns a moment in words: local time on a terminal, and the given UTC text elsewhere, for
  /// scripts.
  static func time(_ moment: Date, utc: String) -> String {
    screen.width == nil ? utc : moment.localTime
  }

  /// Whether a person can answer.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Asks a question.
  ///
  /// - Returns: whether the answer is yes. An empty answer means no, and so does a missing person.
  static func confirms(_ question: String) -> Bool {
    guard isInteractive else { return false }
    say("\(question) [y/N] ")
    return ["y", "yes"].contains(
      readLine()?.trimmed.lowercased() ?? "")
  }

  /// Reads a line without showing it; nil if it is empty or nobody can answer.
  static func secret(_ prompt: String) -> [UInt8]? {
    var before = termios()
    guard isInteractive, tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { return nil }
    // The prompt comes after the mode, so that text typed at once is neither shown nor lost.
    say(prompt)
    defer {
      _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      say("\n")
    }
    guard let line = readLine(), !line.isEmpty else { return nil }
    return Array(line.utf8)
  }

  private static func say(_ text: String) {
    Output.write(text, to: STDERR_FILENO)
  }
}
