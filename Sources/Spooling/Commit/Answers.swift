import Bytes
import Dispatch

/// The threads that end commits, so that the log goes on with its next group. They also answer the
/// requests whose deadline comes while their commits wait or are written.
///
/// There are two, which share the commits of a group: an answer wakes the web server, which takes
/// the processor from the thread that answers.
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

  private static let threads = 2
  /// The fewest commits that are left to the other thread.
  private static let fewestShared = 4

  /// Starts the threads.
  ///
  /// - Parameter takeLate: takes the commits whose deadline has come out of their queues.
  init(takeLate: @escaping @Sendable (ContinuousClock.Instant) -> [LateCommits]) {
    self.takeLate = takeLate
    for _ in 0..<Self.threads { NamedThread.start("answers") { [self] in run() } }
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

  /// Ends the threads after all commits that were handed over.
  func stop() {
    state.withLock { $0.isStopping = true }
    for _ in 0..<Self.threads { work.signal() }
  }

  private func run() {
    while true {
      wait()
      let (ended, isMore, isDue, isStopping) = state.withLock { state in
        let ended = Self.part(of: &state.ended)
        let isDue = state.look.map { $0 <= .now } ?? false
        if isDue { state.look = nil }
        return (ended, !state.ended.isEmpty, isDue, state.isStopping)
      }
      if isMore { work.signal() }
      for pending in ended { pending.end(.success(())) }
      if isDue { answerLate() }
      if isStopping, !isMore { return }
    }
  }

  /// Takes the half of the commits, or all if they are few.
  private static func part(of ended: inout [PendingCommit]) -> [PendingCommit] {
    let count = ended.count / threads < fewestShared ? ended.count : ended.count / threads
    defer { ended.removeFirst(count) }
    return Array(ended.prefix(count))
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
