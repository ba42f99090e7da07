import Foundation

@testable import Harness

/// Runs a program at a terminal, and types what it is asked for.
struct Keyboard {
  /// What to type once the last line says something.
  typealias Answer = (to: String, typed: String)

  /// - Returns: its exit status, and everything that stood on the terminal.
  static func run(
    _ program: [String], _ answers: [Answer]
  ) throws -> (status: Int32, screen: String) {
    let lines = answers.flatMap { [$0.to, $0.typed] }
    let result = try Tool.run(
      "python3", ["-c", script, "\(answers.count)"] + lines + program)
    return (result.status, result.text)
  }

  private static let script = """
    import os, pty, select, sys
    count = int(sys.argv[1])
    answers = [(sys.argv[2 + 2 * i], sys.argv[3 + 2 * i]) for i in range(count)]
    program = sys.argv[2 + 2 * count:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(program[0], program)
    screen = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        screen += part
        # A question ends without a line end, and its answer is typed once it stands there whole.
        if answers and screen.endswith(b" ") and answers[0][0].encode() in screen.split(b"\\n")[-1]:
            os.write(terminal, answers.pop(0)[1].encode() + b"\\n")
    else:
        os.kill(child, 9)
    sys.stdout.buffer.write(screen)
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256)
    """
}
