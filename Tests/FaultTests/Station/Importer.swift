import Bytes
import Foundation

@testable import Harness

/// An importer at work on one spool, of one of the levels that the manual knows.
final class Importer: Sendable {
  /// A task that was finished.
  struct Run: Sendable {
    let task: String
    let number: Int
  }

  private struct State {
    var isStopping = false
    var runs: [Run] = []
    var partial: [String] = []
    /// The names of tasks that were finished and not removed yet.
    var left: Set<String> = []
  }
  private let state = Mutex(State())
  private let ended = DispatchGroup()
  let incoming: String
  private let spool: URL
  private let number: @Sendable ([UInt8]) -> Int?

  /// Starts to work.
  ///
  /// - Parameters:
  ///   - incoming: the spool.
  ///   - spools: the directory of all spools.
  ///   - claiming: the number of threads that claim by a rename (level 1). 0 starts one thread that
  ///     reads and removes instead (level 0).
  ///   - number: returns the number of the delivery that a task holds; nil if the task isn't whole.
  init(
    of incoming: String, in spools: URL, claiming: Int = 0,
    number: @escaping @Sendable ([UInt8]) -> Int?
  ) {
    self.incoming = incoming
    spool = spools.appending(path: incoming)
    self.number = number
    for _ in 0..<max(1, claiming) {
      ended.enter()
      Thread.detachNewThread { [self] in
        work(isClaiming: claiming > 0)
        ended.leave()
      }
    }
  }

  /// The finished tasks, in order.
  var runs: [Run] { state.withLock { $0.runs } }

  /// The names of the finished tasks that were removed.
  var removed: Set<String> {
    state.withLock { state in Set(state.runs.map(\.task)).subtracting(state.left) }
  }

  /// The names of files that were not whole tasks.
  var partial: [String] { state.withLock { $0.partial } }

  /// How often each task came that came more than once, by id.
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
        finish(name, file)
      }
      usleep(1_000)
    }
  }

  /// Keeps the result, then ends the task, as an importer with a database does.
  private func finish(_ name: String, _ file: URL) {
    if !state.withLock({ $0.left.contains(name) }) {
      guard let bytes = try? Data(contentsOf: file) else { return }
      let number = number(Array(bytes))
      state.withLock { state in
        state.left.insert(name)
        if let number {
          state.runs.append(Run(task: name, number: number))
        } else {
          state.partial.append(name)
        }
      }
    }
    if unlink(file.path) == 0 { state.withLock { _ = $0.left.remove(name) } }
  }
}
