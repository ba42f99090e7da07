import Dispatch
import Foundation
import Synchronization

/// The threads that write commits, many side by side: the file system flushes together what they flush
/// at the same time, so that one thread alone would be the slowest way.
final class Writers: Sendable {
  private struct State {
    var waiting: [PendingCommit] = []
    var running = 0
    var isStopping = false
  }
  private let state = Mutex(State())
  /// Counts at least one for each waiting commit; a thread that finds none goes on waiting.
  private let work = DispatchSemaphore(value: 0)
  private let threads: Int
  private let ended = DispatchGroup()

  /// - Parameter write: makes a commit durable; called on the threads.
  init(threads: Int, write: @escaping @Sendable (Commit) -> Result<Void, SpoolError>) {
    precondition(threads > 0)
    self.threads = threads
    for number in 1...threads {
      ended.enter()
      let thread = Thread { [self] in
        while let pending = next() {
          let late = ContinuousClock.now >= pending.deadline
          pending.end(late ? .failure(.deadline) : write(pending.commit))
          state.withLock { $0.running -= 1 }
        }
        ended.leave()
      }
      thread.name = "spool-\(number)"
      thread.start()
    }
  }

  var counts: (waiting: Int, running: Int) {
    state.withLock { ($0.waiting.count, $0.running) }
  }

  /// Queues a commit, or ends it if the threads are stopping.
  func take(_ pending: PendingCommit) {
    let isTaken = state.withLock { state in
      if !state.isStopping { state.waiting.append(pending) }
      return !state.isStopping
    }
    if isTaken { work.signal() } else { pending.end(.failure(.stopping)) }
  }

  /// Takes back a commit that no thread has begun with; false if one has.
  func takeBack(_ pending: PendingCommit) -> Bool {
    state.withLock { state in
      guard let index = state.waiting.firstIndex(where: { $0 === pending }) else { return false }
      state.waiting.remove(at: index)
      return true
    }
  }

  /// Returns when everything that is queued was written and no thread is left.
  func stop() {
    state.withLock { $0.isStopping = true }
    for _ in 0..<threads { work.signal() }
    ended.wait()
  }

  /// Waits for a commit; nil if there will be none.
  private func next() -> PendingCommit? {
    while true {
      work.wait()
      let (pending, isOver) = state.withLock { state -> (PendingCommit?, Bool) in
        guard !state.waiting.isEmpty else { return (nil, state.isStopping) }
        state.running += 1
        return (state.waiting.removeFirst(), false)
      }
      if let pending { return pending }
      if isOver { return nil }
    }
  }
}
