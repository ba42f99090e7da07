import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Webhooks

/// Edits a file of the configuration in the administrator's editor. The editor works on a copy,
/// which takes the file's place once it is valid. Text that was typed is never lost.
struct EditedFile {
  /// The path, relative to the configuration's folder.
  let path: String
  let change: ChangeOptions

  /// Lets the administrator edit the file.
  ///
  /// - Parameter old: the content of the file.
  /// - Returns: whether the file was changed.
  /// - Throws: exit code 1 if the administrator gives up, and the errors of the editor and the
  ///   files.
  func run(_ old: [UInt8]) throws -> Bool {
    let draft = try Draft(named: path.split(separator: "/").last.map(String.init) ?? path, old)
    while true {
      do {
        try Editor.open(draft.path)
        let new = try draft.bytes()
        guard new != old else {
          draft.remove()
          print("Nothing was changed.")
          return false
        }
        var drafts = Drafts()
        drafts.set(path, to: new)
        let problems = change.changes.problems(with: drafts, in: path, readsOutgoing: true)
        if !problems.contains(where: { $0.severity == .error }) {
          try change.change { (changes) throws(ChangeFailure) in
            try changes.replace(path, old, with: new, readsOutgoing: true)
          }
          draft.remove()
          print("Changed \(path).")
          return true
        }
        for problem in problems { ExitCode.say("\(problem)") }
      } catch {
        if (try? draft.bytes()) == old {
          draft.remove()
        } else {
          ExitCode.say("\(path) is unchanged; your text is in \(draft.path)")
        }
        throw error
      }
      // The folder is named before the question, since Ctrl-C is an answer, too.
      guard Terminal.confirms("Your text is in \(draft.path). Edit again?") else {
        throw ExitCode.because(1, "\(path) is unchanged; your text is in \(draft.path)")
      }
    }
  }

  /// The copy, in a folder that only this user can enter.
  private struct Draft {
    let folder: TemporaryFolder
    let path: String

    init(named name: String, _ bytes: [UInt8]) throws {
      folder = try TemporaryFolder()
      path = "\(folder.path)/\(name)"
      try folder.write(bytes, to: name)
    }

    func bytes() throws -> [UInt8] {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw ExitCode.because(1, "\(path) can't be read")
      }
      return Array(data)
    }

    func remove() { folder.remove() }
  }
}

/// The administrator's editor, run in the foreground of the terminal.
///
/// The terminal stops a process group in the background as soon as it changes the terminal's mode,
/// so that editors would hang. The editor therefore stays in the group of this command.
enum Editor {
  /// Opens a file, and waits until the editor has ended.
  ///
  /// Ctrl-C goes to the editor alone while it runs. Afterwards the terminal has the mode that it
  /// had before, whatever the editor left behind.
  ///
  /// - Throws: exit code 1, with the reason, unless the editor exits 0.
  static func open(_ path: String) throws {
    let environment = ProcessInfo.processInfo.environment
    let named = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }
    let editor = named.first { !$0.isEmpty } ?? "editor"
    let mode = TerminalMode()
    // A caught signal has its default action again in the editor. An ignored one would stay
    // ignored.
    let signals = [SIGINT, SIGQUIT, SIGHUP].map { ($0, Signal.catching($0)) }
    defer {
      mode?.restore()
      for (number, before) in signals { Signal.restore(number, before) }
    }
    // The variable may contain arguments, so a shell splits it.
    let status = try run("/bin/sh", ["sh", "-c", "\(editor) \"$1\"", "sh", path], environment)
    guard status & 0x7f == 0 else {
      throw ExitCode.because(1, "\(editor) was ended by signal \(status & 0x7f)")
    }
    let code = status >> 8 & 0xff
    if code != 0 { throw ExitCode.because(1, "\(editor) ended with \(code)") }
  }

  /// - Returns: the status, in the form of waitpid(2).
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

/// The action of a signal.
private enum Signal {
  /// Has a signal do nothing in this process.
  ///
  /// - Returns: the action before.
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

/// The mode of the terminal in which this process is in the foreground.
private struct TerminalMode {
  private let mode: termios

  /// Reads the mode; nil if standard input isn't a terminal, or another process group is in the
  /// foreground.
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
