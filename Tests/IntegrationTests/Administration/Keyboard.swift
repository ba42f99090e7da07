import Foundation

@testable import Harness

/// Runs a program at a terminal, and answers its questions.
struct Keyboard {
  /// The text to type once the last line contains another.
  typealias Answer = (to: String, typed: String)

  /// - Returns: the exit code, and everything that the terminal showed.
  static func run(
    _ program: [String], _ answers: [Answer]
  ) throws -> (status: Int32, screen: String) {
    let lines = answers.flatMap { [$0.to, $0.typed] }
    let result = try Tool.run(
      "python3", ["-c", script, "\(answers.count)"] + lines + program)
    return (result.status, result.text)
  }

  /// Runs a program at a terminal of 80 columns and 24 lines, and presses keys: each once a text
  /// has appeared after the text of the key before. Returns the exit code, and everything that the
  /// terminal showed.
  static func run(
    _ program: [String], keys: [Answer]
  ) throws -> (status: Int32, screen: String) {
    let lines = keys.flatMap { [$0.to, $0.typed] }
    let result = try Tool.run(
      "env", ["TERM=xterm", "python3", "-c", script, "-\(keys.count)"] + lines + program)
    return (result.status, result.text)
  }

  private static let script = """
    import fcntl, os, pty, select, struct, sys, termios
    count = abs(int(sys.argv[1]))
    presses = int(sys.argv[1]) < 0
    answers = [(sys.argv[2 + 2 * i], sys.argv[3 + 2 * i]) for i in range(count)]
    program = sys.argv[2 + 2 * count:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(program[0], program)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    screen = b""
    seen = 0
    while select.select([terminal], [], [], 60)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        screen += part
        while presses and answers and answers[0][0].encode() in screen[seen:]:
            seen = screen.index(answers[0][0].encode(), seen) + len(answers[0][0].encode())
            os.write(terminal, answers.pop(0)[1].encode())
        # A question ends without a line end, and its answer is typed once it stands there whole.
        if not presses and answers and screen.endswith(b" ") and answers[0][0].encode() in screen.split(b"\\n")[-1]:
            os.write(terminal, answers.pop(0)[1].encode() + b"\\n")
    else:
        os.kill(child, 9)
    sys.stdout.buffer.write(screen)
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256)
    """
}
