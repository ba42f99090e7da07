import Bytes
import Foundation

@testable import Harness

/// Importers at work on the spools of a station, one of each level that the manual knows.
final class Importer: Sendable {
  /// A task that an importer has finished.
  struct Run: Sendable {
    let task: String
    let number: Int
  }

  private struct State {
    var isStopping = false
    var runs: [String: [Run]] = [:]
    var partial: [String] = []
  }
  private let state = Mutex(State())
  private let ended = DispatchGroup()
  private let spool: URL

  /// Starts to work on the first spool. `claiming` is the number of threads that claim by a rename
  /// (level 1). 0 starts one thread that reads and removes instead (level 0).
  init(at station: Station, claiming: Int = 0) {
    spool = station.spool.appending(path: Station.spools[0])
    for _ in 0..<max(1, claiming) {
      ended.enter()
      Thread.detachNewThread { [self] in
        work(isClaiming: claiming > 0)
        ended.leave()
      }
    }
  }

  /// The finished tasks, in order.
  var runs: [Run] { state.withLock { $0.runs.values.flatMap { $0 } } }

  /// The finished tasks by spool, for the checker.
  var taken: [String: [Run]] { state.withLock { $0.runs } }

  /// The names of files that were not whole tasks.
  var partial: [String] { state.withLock { $0.partial } }

  /// The tasks that came more than once, by id.
  var repeated: [String: Int] {
    Dictionary(runs.map { ($0.task, 1) }, uniquingKeysWith: +).filter { $0.value > 1 }
  }

  /// Ends the threads. A task that they have not finished stays where it is.
  func stop() {
    state.withLock { $0.isStopping = true }
    ended.wait()
  }

  private func work(isClaiming: Bool) {
    while !state.withLock({ $0.isStopping }) {
      let new = spool.appending(path: "new")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: new.path)) ?? []
      for name in names.sorted() where name.hasSuffix(".json") {
        if state.withLock({ $0.isStopping }) { return }
        var file = new.appending(path: name)
        if isClaiming {
          let claim = spool.appending(path: "cur/\(name)")
          // Another thread was faster.
          if rename(file.path, claim.path) != 0 { continue }
          file = claim
        }
        guard let bytes = try? Data(contentsOf: file) else { continue }
        let number = Checker.number(ofTask: Array(bytes), in: Station.spools[0])
        // As an importer's database does: first the result, then the task's end.
        state.withLock { state in
          if let number {
            state.runs[Station.spools[0], default: []].append(Run(task: name, number: number))
          } else {
            state.partial.append(name)
          }
        }
        unlink(file.path)
      }
      usleep(1_000)
    }
  }
}
