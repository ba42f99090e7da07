import ArgumentParser
import Foundation

/// The administrator's editor, run in the foreground of the terminal.
///
/// Foundation's `Process` gives a child a process group of its own, which the terminal stops as soon as it
/// changes the terminal's mode: editors would hang. This one stays in the group of the command.
enum Editor {
  /// Opens a file, and waits until the editor has ended.
  ///
  /// Ctrl-C is the editor's own while it runs. The terminal's mode is afterwards what it was, whatever the
  /// editor left behind.
  ///
  /// - Throws: exit code 1, with the reason, unless the editor exits 0.
  static func open(_ path: String) throws {
    let environment = ProcessInfo.processInfo.environment
    let named = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }
    let editor = named.first { !$0.isEmpty } ?? "editor"
    let mode = TerminalMode()
    // Caught, and not ignored: the editor begins with what is usual for it.
    let signals = [SIGINT, SIGQUIT, SIGHUP].map { ($0, Signal.catching($0)) }
    defer {
      mode?.restore()
      for (number, before) in signals { Signal.restore(number, before) }
    }
    // It may have arguments: a shell takes it apart.
    let status = try run("/bin/sh", ["sh", "-c", "\(editor) \"$1\"", "sh", path], environment)
    guard status & 0x7f == 0 else {
      throw ExitCode.because(1, "\(editor) was ended by signal \(status & 0x7f)")
    }
    let code = status >> 8 & 0xff
    if code != 0 { throw ExitCode.because(1, "\(editor) ended with \(code)") }
  }

  /// - Returns: the status as waitpid(2) has it.
  private static func run(
    _ program: String, _ arguments: [String], _ environment: [String: String]
  ) throws -> Int32 {
    let words = arguments.map { strdup($0) }
    let variables = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for text in words + variables { free(text) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, program, nil, nil, words + [nil], variables + [nil])
    guard failure == 0 else {
      throw ExitCode.because(1, "\(program) can't be run: \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }
}

/// What a signal does.
private enum Signal {
  /// Has a signal do nothing to this process.
  ///
  /// - Returns: what it did before.
  static func catching(_ number: Int32) -> sigaction {
    var action = sigaction()
    var before = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    _ = sigaction(number, &action, &before)
    return before
  }

  static func restore(_ number: Int32, _ before: sigaction) {
    var before = before
    _ = sigaction(number, &before, nil)
  }
}

/// The mode of the terminal that this process has in the foreground.
private struct TerminalMode {
  private let mode: termios

  /// nil where standard input is no terminal, or another process group has it.
  init?() {
    var mode = termios()
    guard tcgetattr(STDIN_FILENO, &mode) == 0, tcgetpgrp(STDIN_FILENO) == getpgrp() else {
      return nil
    }
    self.mode = mode
  }

  func restore() {
    var mode = mode
    _ = tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
  }
}
