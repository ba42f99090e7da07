import Foundation
import Testing

@testable import Harness

/// Traces or changes the system calls of a running responder.
struct Strace {
  private let child: Child
  let log: URL

  /// Attaches to a process with all its threads, or to one thread, and returns when that is done.
  /// `arguments` are options that select calls and say what to do to them.
  init(_ arguments: [String], to process: [String], in folder: Folder) throws {
    log = folder("log/strace-\(UInt64.random(in: 0...UInt64.max))")
    let said = folder("log/strace.log")
    try? Data().write(to: said)
    child = try Child("strace", arguments + ["--output", log.path] + process, log: said)
    let child = child
    try until("strace is attached") {
      let isOver = !child.isRunning
      if folder.text("log/strace.log").contains("attached") { return true }
      try #require(!isOver, "strace ended: \(folder.text("log/strace.log"))")
      return false
    }
  }

  /// Detaches from the process, which goes on.
  func stop() { child.stop() }

  /// The lines of the trace.
  var lines: [Substring] {
    ((try? String(contentsOf: log, encoding: .utf8)) ?? "").split(separator: "\n")
  }

  /// Whether strace can attach, tried on a process that does nothing.
  static func canAttach() -> Bool {
    guard let folder = try? Folder(named: "strace") else { return false }
    defer { folder.remove() }
    guard let sleeper = try? Child("sleep", ["60"], log: folder("sleeper")) else { return false }
    defer { sleeper.stop() }
    _ = try? folder.write("", to: "log/.keep")
    let strace = try? Strace([], to: ["--attach", "\(sleeper.pid)"], in: folder)
    strace?.stop()
    return strace != nil
  }
}
