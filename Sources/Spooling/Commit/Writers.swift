import Bytes
import Dispatch
import FoundationEssentials

/// The threads that write commits the plain way, many side by side.
///
/// The file system flushes together what is flushed at the same time, so that a single thread would
/// be the slowest way.
final class Writers: Sendable {
  private struct State {
    var commits = PendingCommits()
    var threads = 0
    var isStopping = false
  }
  private let state = Mutex(State())
  /// Counts at least one for each waiting commit. A thread that finds no commit goes on waiting.
  private let work = DispatchSemaphore(value: 0)
  private let threads: Int
  private let write: @Sendable (Commit) -> Result<Void, SpoolError>
  private let ended = DispatchGroup()

  /// - Parameters:
  ///   - threads: how many threads there are at most; each is started when there is work for it.
  ///   - write: makes a commit durable. It is called on the threads.
  init(threads: Int, write: @escaping @Sendable (Commit) -> Result<Void, SpoolError>) {
    precondition(threads > 0)
    self.threads = threads
    self.write = write
  }

  var counts: (waiting: Int, running: Int) {
    state.withLock { ($0.commits.waiting.count, $0.commits.running.count) }
  }

  /// Queues a commit, or ends it if the threads are stopping.
  func take(_ pending: PendingCommit) {
    let (isTaken, new) = state.withLock { state -> (Bool, Int?) in
      guard !state.isStopping else { return (false, nil) }
      state.commits.waiting.append(pending)
      guard state.threads < threads,
        state.threads - state.commits.running.count < state.commits.waiting.count
      else {
        return (true, nil)
      }
      state.threads += 1
      ended.enter()
      return (true, state.threads)
    }
    guard isTaken else { return pending.end(.failure(.stopping)) }
    if let new { start(new) }
    work.signal()
  }

  /// Takes the commits whose deadline has come out of the queue.
  func takeLate(at now: ContinuousClock.Instant) -> LateCommits {
    state.withLock { $0.commits.takeLate(at: now) }
  }

  /// Writes every commit that is queued, and ends the threads.
  ///
  /// - Returns: false if the threads have not ended by then, because a device doesn't answer.
  func stop(until end: DispatchTime) -> Bool {
    let threads = state.withLock { state in
      state.isStopping = true
      return state.threads
    }
    for _ in 0..<threads { work.signal() }
    return ended.wait(timeout: end) == .success
  }

  /// Starts a thread. Where the system has none to give, the commit waits for another thread, at
  /// most until its deadline.
  private func start(_ number: Int) {
    let status = NamedThread.begin("spool-\(number)") { [self] in
      while let pending = next() {
        let late = ContinuousClock.now >= pending.deadline
        pending.end(late ? .failure(.deadline) : write(pending.commit))
        state.withLock { $0.commits.running.removeAll { $0 === pending } }
      }
      ended.leave()
    }
    guard status != 0 else { return }
    state.withLock { $0.threads -= 1 }
    ended.leave()
  }

  /// Waits for a commit; nil if no more will come.
  private func next() -> PendingCommit? {
    while true {
      work.wait()
      let (pending, isOver) = state.withLock { state -> (PendingCommit?, Bool) in
        guard !state.commits.waiting.isEmpty else { return (nil, state.isStopping) }
        let pending = state.commits.waiting.removeFirst()
        state.commits.running.append(pending)
        return (pending, false)
      }
      if let pending { return pending }
      if isOver { return nil }
    }
  }
}
