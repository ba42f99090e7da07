import Foundation
import Testing

@testable import Harness

/// Four drains with four jobs each on one spool, and kill -9 of drains and commands at random.
final class Storm {
  /// One run of a command, as the command reported it.
  struct Run {
    let task: String
    /// The number of the drain among all that were started, from 0.
    let drain: Int
    let command: pid_t
  }

  private let site: ImporterSite
  private var drains: [(number: Int, child: Child)] = []
  private var started = 0
  private let start = Date()
  private(set) var killedDrains: Set<Int> = []
  private(set) var killedCommands: Set<pid_t> = []

  init(over site: ImporterSite) throws {
    self.site = site
    for _ in 1...4 { drains.append(try drain()) }
  }

  private func drain() throws -> (number: Int, child: Child) {
    let number = started
    started += 1
    let child = try site.drain(
      "stock",
      ["--jobs", "4", "--follow", "--max-attempts", "1000"]
        + ["--back-off", "100ms", "--max-back-off", "500ms"],
      ["sh", "-c", "echo $LEVELWIND_ID \(number) $$ >>\(site.folder("runs").path)"])
    return (number, child)
  }

  /// Waits a moment and kills a command or, one time in four, a drain, which is started anew.
  func strike() throws {
    Thread.sleep(forTimeInterval: .random(in: 0...0.1))
    let place = Int.random(in: 0..<drains.count)
    let (number, drain) = drains[place]
    try #require(drain.isRunning, "\(site.folder.text("log/drain.log").suffix(2000))")
    if Int.random(in: 0..<4) == 0 {
      killedDrains.insert(number)
      drain.send(SIGKILL)
      _ = drain.wait()
      drains[place] = try self.drain()
    } else if let command = commands(of: drain.pid).randomElement() {
      killedCommands.insert(command)
      kill(command, SIGKILL)
    }
  }

  /// Whether the run's drain or command was killed.
  func hit(_ run: Run) -> Bool {
    killedDrains.contains(run.drain) || killedCommands.contains(run.command)
  }

  /// Returns the commands that a drain runs at the moment. Each of its threads has its own
  /// children.
  private func commands(of drain: pid_t) -> [pid_t] {
    let threads =
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(drain)/task")) ?? []
    return threads.flatMap { thread in
      let file = "/proc/\(drain)/task/\(thread)/children"
      let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// Ends the drains with SIGTERM.
  ///
  /// - Returns: their exit codes.
  func stop() -> [Int32?] {
    for drain in drains { drain.child.send(SIGTERM) }
    return drains.map { $0.child.wait() }
  }

  var seconds: Int { Int(Date().timeIntervalSince(start)) }

  /// The runs of commands, in order.
  var runs: [Run] {
    site.lines("runs").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, let drain = Int(words[1]), let command = pid_t(words[2]) else {
        return nil
      }
      return Run(task: String(words[0]), drain: drain, command: command)
    }
  }
}
