import Dispatch
import Foundation

/// The write-ahead log (design, section 5): commits that arrive together are made durable by one flush. Their answers
/// follow; their tasks are published behind them.
///
/// One thread takes all commits that wait, appends one group, flushes it, hands its tasks over, and tells the requests. It
/// touches nothing but the log. README.md says which states a task is in on this way, and what a crash leaves of each.
final class WriteAheadLog: Sendable {
  /// What groups are written to, while the log is open.
  struct Open: Sendable {
    let space: WALSpace
    let volume: Volume
    let identity: WALIdentity
    /// How often the file system had lost trust when these files were opened.
    let losses: Int
  }

  private struct State {
    var waiting: [PendingCommit] = []
    var running = 0
    var open: Open?
    /// Why commits are refused.
    var problem: SpoolError?
    var isIdle = true
    /// Whether something was published since the thread took what it works on.
    var hasChanged = false
    var isStopping = false

    var refusal: SpoolError? {
      if isStopping { return .stopping }
      return problem ?? (open == nil ? .logClosed : nil)
    }
  }
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()
  private let set: SpoolSet
  private let unpublished: Unpublished
  private let layout: WALLayout
  private let events: Events
  /// How long its flushes take.
  let flushTimes = DurationHistogram()

  /// Whom it tells of what.
  struct Events: Sendable {
    /// These publishers have work now.
    let onWork: @Sendable (Set<Unpublished.Home>) -> Void
    /// It gets full.
    let onScarcity: @Sendable () -> Void
    /// It can't be written; no commit is taken until it is resumed.
    let onFailure: @Sendable () -> Void
  }

  init(_ set: SpoolSet, _ unpublished: Unpublished, layout: WALLayout, _ events: Events) {
    self.set = set
    self.unpublished = unpublished
    self.layout = layout
    self.events = events
    ended.enter()
    Thread.start("wal") { [self] in
      run()
      ended.leave()
    }
  }

  /// Whether commits are taken, and why not.
  var condition: (isOpen: Bool, problem: SpoolError?) {
    state.withLock { ($0.open != nil && $0.problem == nil, $0.problem) }
  }

  var counts: (waiting: Int, running: Int) { state.withLock { ($0.waiting.count, $0.running) } }

  /// Takes commits from now on, or again.
  func resume(_ open: Open) {
    state.withLock { state in
      state.open = open
      state.problem = nil
    }
  }

  /// Refuses commits from now on, and those that wait.
  func suspend(_ problem: SpoolError) {
    state.withLock { $0.problem = problem }
    retry()
  }

  /// Queues a commit; it is ended at once where the log takes none.
  func take(_ pending: PendingCommit) {
    let (refusal, isFirst) = state.withLock { state -> (SpoolError?, Bool) in
      if let refusal = state.refusal { return (refusal, false) }
      state.waiting.append(pending)
      defer { state.isIdle = false }
      return (nil, state.isIdle)
    }
    if let refusal { return pending.end(.failure(refusal)) }
    if isFirst { work.signal() }
  }

  /// Takes back a commit that the thread has not begun with; false if it has.
  func takeBack(_ pending: PendingCommit) -> Bool {
    state.withLock { state in
      guard let index = state.waiting.firstIndex(where: { $0 === pending }) else { return false }
      state.waiting.remove(at: index)
      return true
    }
  }

  /// Something has changed that commits may have waited for.
  func retry() {
    let isDue = state.withLock { state in
      state.hasChanged = true
      guard state.isIdle, !state.waiting.isEmpty else { return false }
      state.isIdle = false
      return true
    }
    if isDue { work.signal() }
  }

  /// Takes no more commits, but finishes those that it has.
  ///
  /// - Returns: false if that is not done by then: the device does not answer.
  func stop(until end: DispatchTime) -> Bool {
    state.withLock { $0.isStopping = true }
    work.signal()
    return ended.wait(timeout: end) == .success
  }

  /// Lets go of what groups are written to.
  func close() { state.withLock { $0.open = nil } }

  // MARK: - The thread

  private func run() {
    while true {
      work.wait()
      let (batch, open, problem, isStopping) = state.withLock { state in
        state.running = state.waiting.count
        state.hasChanged = false
        defer { state.waiting = [] }
        // What comes from here on finds the thread at work, and is taken before it waits again.
        return (state.waiting, state.open, state.problem, state.isStopping)
      }
      var later: [PendingCommit] = []
      if let open, problem == nil {
        later = write(place(batch), to: open)
      } else {
        for pending in batch { pending.end(.failure(problem ?? .logClosed)) }
      }
      if isStopping {
        for pending in later { pending.end(.failure(.stopping)) }
        return
      }
      let isMore = state.withLock { state in
        state.running = 0
        let isMore = !state.waiting.isEmpty || state.hasChanged && !later.isEmpty
        state.waiting = later + state.waiting
        state.isIdle = !isMore
        return isMore
      }
      if isMore { work.signal() }
    }
  }

  /// Those that are in time and may be written, and those that have to wait.
  private func place(_ batch: [PendingCommit]) -> (ready: [PendingCommit], later: [PendingCommit]) {
    let now = ContinuousClock.now
    var (ready, later): ([PendingCommit], [PendingCommit]) = ([], [])
    for pending in batch {
      guard now < pending.deadline else {
        pending.end(.failure(.deadline))
        continue
      }
      do throws(SpoolError) {
        if try isAdmitted(pending.commit, now) {
          ready.append(pending)
        } else {
          later.append(pending)
        }
      } catch {
        pending.end(.failure(error))
      }
    }
    return (ready, later)
  }

  /// - Returns: false if one of its spools has to publish something first.
  private func isAdmitted(
    _ commit: Commit, _ now: ContinuousClock.Instant
  ) throws(SpoolError) -> Bool {
    var isAdmitted = true
    var last: String?
    for entry in commit.entries where entry.spool != last {
      last = entry.spool
      try set.requireRoom(in: entry.spool, isPlain: false)
      switch unpublished.admission(to: entry.spool, now) {
      case .yes: break
      case .later: isAdmitted = false
      case .no(let error): throw error
      }
    }
    return isAdmitted
  }

  /// Appends, flushes, hands over, ends.
  ///
  /// - Returns: those that have to wait.
  private func write(
    _ batch: (ready: [PendingCommit], later: [PendingCommit]), to open: Open
  ) -> [PendingCommit] {
    var rest = batch.ready[...]
    while !rest.isEmpty {
      if open.volume.losses != open.losses {
        // Something else on it has failed: the files are opened anew first.
        events.onFailure()
        return rest + batch.later
      }
      let (records, count) = records(of: rest)
      guard let place = open.space.take(WALLayout.padded(records.count)) else {
        // Full: publishing is slower than what comes in.
        events.onScarcity()
        return rest + batch.later
      }
      let commits = rest.prefix(count)
      rest = rest.dropFirst(count)
      do throws(SystemError) {
        let bytes = try flush(records, count, at: place, of: open)
        handOver(commits, at: place, bytes, of: open)
      } catch {
        fail(Array(commits) + rest, error, at: place, of: open)
        return batch.later
      }
      if open.space.isScarce { events.onScarcity() }
      for pending in commits { pending.end(.success(())) }
    }
    return batch.later
  }

  /// Writes as many of these commits as go into one group.
  private func records(of ready: ArraySlice<PendingCommit>) -> (bytes: [UInt8], count: Int) {
    var log = ByteWriter()
    log.reserve(WALLayout.block)
    log.pad(to: WALGroup.headBytes)
    var count = 0
    for one in ready {
      // Whatever is let in fits into what is left.
      if count > 0, log.bytes.count > layout.segmentBytes - layout.largestCommit { break }
      WALRecord.append(one.commit, to: &log)
      count += 1
    }
    return (log.bytes, count)
  }

  /// - Returns: the length of the group, which is on the device.
  private func flush(
    _ records: [UInt8], _ count: Int, at place: WALSpace.Place, of open: Open
  ) throws(SystemError) -> Int {
    let group = WALGroup.seal(records, count: count, sequence: place.sequence, log: open.identity)
    try place.segment.file.write(group, at: place.offset)
    let begun = ContinuousClock.now
    try place.segment.file.flush()
    flushTimes.note(.now - begun)
    // While this was flushed, another may have been told that the file system lost something.
    if open.volume.losses != open.losses { throw SystemError(.fdatasync, EIO) }
    return group.count
  }

  private func handOver(
    _ commits: ArraySlice<PendingCommit>, at place: WALSpace.Place, _ bytes: Int, of open: Open
  ) {
    let logged = WALPlace(
      segment: place.segment, offset: place.offset, bytes: bytes, sequence: place.sequence,
      log: open.identity)
    let isKept = unpublished.hasMemory(for: bytes)
    let now = ContinuousClock.now
    let tasks = commits.flatMap(\.commit.entries).enumerated().map { index, entry in
      LoggedTask(
        entry, sequence: place.sequence, since: now,
        isKept ? .memory(entry) : .log(logged, index: index))
    }
    events.onWork(unpublished.add(place.sequence, tasks))
  }

  /// After a failed flush nothing more is written into this segment, and nothing is acknowledged before a probe has
  /// succeeded. What was written may be found by the next start, and is published then though it was refused.
  private func fail(
    _ commits: [PendingCommit], _ error: SystemError, at place: WALSpace.Place, of open: Open
  ) {
    if error.isDistrust { open.volume.distrust("the write-ahead log: \(error)") }
    open.space.abandon()
    unpublished.add(place.sequence, [])
    suspend(.log(error))
    events.onFailure()
    for commit in commits { commit.end(.failure(.log(error))) }
  }
}
