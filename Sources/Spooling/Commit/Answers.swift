import Bytes
import Dispatch

/// The thread that ends commits, so that the log goes on with its next group. It also answers the
/// requests whose deadline comes while their commits wait or are written.
final class Answers: Sendable {
  private struct State {
    var ended: [PendingCommit] = []
    /// When the thread looks for late commits, at the first deadline or before; nil for never.
    var look: ContinuousClock.Instant?
    var isStopping = false
  }
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  private let takeLate: @Sendable (ContinuousClock.Instant) -> [LateCommits]

  /// Starts the thread.
  ///
  /// - Parameter takeLate: takes the commits whose deadline has come out of their queues.
  init(takeLate: @escaping @Sendable (ContinuousClock.Instant) -> [LateCommits]) {
    self.takeLate = takeLate
    NamedThread.start("answers") { [self] in run() }
  }

  /// Ends commits with success, soon.
  func end(_ commits: ArraySlice<PendingCommit>) {
    state.withLock { $0.ended += commits }
    work.signal()
  }

  /// Makes sure that a commit with this deadline, which is queued already, is answered by then.
  func expect(_ deadline: ContinuousClock.Instant) {
    let isNext = state.withLock { state in
      if let look = state.look, look <= deadline { return false }
      state.look = deadline
      return true
    }
    if isNext { work.signal() }
  }

  /// Ends the thread after all commits that were handed over.
  func stop() {
    state.withLock { $0.isStopping = true }
    work.signal()
  }

  private func run() {
    while true {
      wait()
      let (ended, isDue, isStopping) = state.withLock { state in
        defer { state.ended = [] }
        let isDue = state.look.map { $0 <= .now } ?? false
        if isDue { state.look = nil }
        return (state.ended, isDue, state.isStopping)
      }
      for pending in ended { pending.end(.success(())) }
      if isDue { answerLate() }
      if isStopping { return }
    }
  }

  private func wait() {
    guard let look = state.withLock({ $0.look }) else { return work.wait() }
    _ = work.wait(timeout: .now() + DispatchTimeInterval(max(.zero, look - .now)))
  }

  private func answerLate() {
    for late in takeLate(.now) {
      for pending in late.waiting { pending.end(.failure(.deadline)) }
      for pending in late.running { pending.miss() }
      if let next = late.next { expect(next) }
    }
  }
}
