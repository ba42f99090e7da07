import Bytes
import Dispatch
import FoundationEssentials

/// The write-ahead log (design, section 5): commits that arrive together are made durable by one
/// flush. Their answers follow, and their tasks are published after that.
///
/// One thread takes all commits that wait, appends them as one group, flushes it, hands the tasks
/// over, and has the requests answered. It touches nothing but the log. README.md tells which
/// states a task goes through, and what a crash leaves in each.
final class WriteAheadLog: Sendable {
  /// The files and numbers that are needed to write groups, while the log is open.
  struct Open: Sendable {
    let space: WALSpace
    let volume: Volume
    let identity: WALIdentity
    /// How often the file system had lost trust when the files were opened.
    let losses: Int
  }

  private struct State {
    var commits = PendingCommits()
    var open: Open?
    /// Why commits are refused; nil if they aren't.
    var problem: SpoolError?
    var isIdle = true
    /// Whether something was published since the thread took its last commits.
    var hasChanged = false
    var isStopping = false

    var rejection: SpoolError? {
      if isStopping { return .stopping }
      return problem ?? (open == nil ? .logClosed : nil)
    }
  }
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()
  let set: SpoolSet
  let unpublished: Unpublished
  let layout: WALLayout
  let events: Events
  let answers: Answers
  /// How long the flushes of the log take.
  let flushTimes = DurationHistogram()

  /// The functions by which the log tells others what happens.
  struct Events: Sendable {
    /// Called with the publishers that have work now.
    let onWork: @Sendable (Set<Unpublished.Home>) -> Void
    /// Called when the log gets full.
    let onScarcity: @Sendable () -> Void
    /// Called when the log can't be written. No commit is taken until it is resumed.
    let onFailure: @Sendable () -> Void
  }

  init(
    _ set: SpoolSet, _ unpublished: Unpublished, layout: WALLayout, _ answers: Answers,
    _ events: Events
  ) {
    self.set = set
    self.answers = answers
    self.unpublished = unpublished
    self.layout = layout
    self.events = events
    ended.enter()
    NamedThread.start("wal") { [self] in
      run()
      ended.leave()
    }
  }

  /// Whether commits are taken, and why they aren't.
  var condition: (isOpen: Bool, problem: SpoolError?) {
    state.withLock { ($0.open != nil && $0.problem == nil, $0.problem) }
  }

  var counts: (waiting: Int, running: Int) {
    state.withLock { ($0.commits.waiting.count, $0.commits.running.count) }
  }

  /// Takes commits from now on, for the first time or again.
  func resume(_ open: Open) {
    state.withLock { state in
      state.open = open
      state.problem = nil
    }
  }

  /// Refuses commits from now on, also those that wait.
  func suspend(_ problem: SpoolError) {
    state.withLock { $0.problem = problem }
    retry()
  }

  /// Queues a commit. It is ended at once if the log takes no commits.
  func take(_ pending: PendingCommit) {
    let (rejection, isFirst) = state.withLock { state -> (SpoolError?, Bool) in
      if let rejection = state.rejection { return (rejection, false) }
      state.commits.waiting.append(pending)
      defer { state.isIdle = false }
      return (nil, state.isIdle)
    }
    if let rejection { return pending.end(.failure(rejection)) }
    answers.expect(pending.deadline)
    if isFirst { work.signal() }
  }

  /// Takes the commits whose deadline has come out of the queue.
  func takeLate(at now: ContinuousClock.Instant) -> LateCommits {
    state.withLock { $0.commits.takeLate(at: now) }
  }

  /// Looks at the waiting commits again: something that they wait for may have changed.
  func retry() {
    let isDue = state.withLock { state in
      state.hasChanged = true
      guard state.isIdle, !state.commits.waiting.isEmpty else { return false }
      state.isIdle = false
      return true
    }
    if isDue { work.signal() }
  }

  /// Takes no more commits, and finishes those that it has.
  ///
  /// - Returns: false if that isn't done by then, because the device doesn't answer.
  func stop(until end: DispatchTime) -> Bool {
    let isDue = state.withLock { state in
      state.isStopping = true
      defer { state.isIdle = false }
      return state.isIdle
    }
    if isDue { work.signal() }
    return ended.wait(timeout: end) == .success
  }

  /// Lets go of the files that groups are written to.
  func close() { state.withLock { $0.open = nil } }

  // MARK: - One group after the other

  /// Each signal hands the log over to this thread: `isIdle` is false until the round has ended.
  private func run() {
    while true {
      work.wait()
      let isStopping = state.withLock { $0.isStopping }
      round()
      if isStopping { return stopWaiting() }
    }
  }

  /// Writes the commits that wait.
  private func round() {
    let (batch, open, problem) = state.withLock { state in
      state.commits.running = state.commits.waiting
      state.commits.waiting = []
      state.hasChanged = false
      // A commit that comes from here on finds the log at work: it is taken before the log is idle.
      return (state.commits.running, state.open, state.problem)
    }
    var later: [PendingCommit] = []
    if let open, problem == nil {
      later = write(place(batch), to: open)
    } else {
      for pending in batch { pending.end(.failure(problem ?? .logClosed)) }
    }
    let isMore = state.withLock { state in
      state.commits.running = []
      let isMore = !state.commits.waiting.isEmpty || state.hasChanged && !later.isEmpty
      state.commits.waiting = later + state.commits.waiting
      state.isIdle = !isMore && !state.isStopping
      return !state.isIdle
    }
    if isMore { work.signal() }
  }

  /// Ends the commits that wait for something: nothing comes any more.
  private func stopWaiting() {
    let waiting = state.withLock { state in
      defer { state.commits.waiting = [] }
      return state.commits.waiting
    }
    for pending in waiting { pending.end(.failure(.stopping)) }
  }
}
