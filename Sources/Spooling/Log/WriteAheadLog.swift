import Dispatch
import Foundation

/// The write-ahead log (design, section 1): commits that arrive together are made durable by one flush,
/// and published into their spools behind the answer.
///
/// One thread takes all commits that wait, appends one group to the log, writes their files into `tmp/`
/// without flushing them while the device takes the group, flushes that, and tells the requests. WriteAheadLog.md says which states a task
/// is in on this way, and what a crash leaves of each. Where the log is full or fails, commits go the
/// plain way, and it is opened anew by the next probe.
final class WriteAheadLog: Sendable {
  private struct State {
    var waiting: [PendingCommit] = []
    var running = 0
    /// Where the groups go, while commits are taken.
    var space: LogSpace?
    var isStopping = false
    var status = LogStatus()
  }
  private struct Open {
    let writer: LogWriter
    let publisher: LogPublisher
  }
  private let state = Mutex(State())
  private let open = Mutex<Open?>(nil)
  /// The publisher of a log that failed, until it has ended.
  private let retired = Mutex<LogPublisher?>(nil)
  private let opening = Mutex<LogOpening?>(nil)
  private let work = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()
  private let folder: String
  private let set: SpoolSet
  private let fileSystem: any FileSystem
  private let layout: LogLayout
  private let plainly: @Sendable (PendingCommit) -> Void
  /// How long its flushes take.
  let flushTimes = DurationHistogram()

  /// - Parameters:
  ///   - state: the state directory, which has to be there.
  ///   - plainly: takes a commit that the log has no room for.
  init(
    state: String, set: SpoolSet, fileSystem: any FileSystem, layout: LogLayout,
    plainly: @escaping @Sendable (PendingCommit) -> Void
  ) {
    folder = state
    self.set = set
    self.fileSystem = fileSystem
    self.layout = layout
    self.plainly = plainly
    ended.enter()
    let thread = Thread { [self] in
      while let batch = next() {
        write(batch)
        self.state.withLock { $0.running = 0 }
      }
      ended.leave()
    }
    thread.name = "log"
    thread.start()
  }

  var status: LogStatus { state.withLock { $0.status } }

  /// How many files are durable and not published yet, by the log that is open.
  var unpublished: Int { open.withLock { $0?.publisher.unpublished ?? 0 } }

  var counts: (waiting: Int, running: Int) {
    state.withLock { ($0.waiting.count, $0.running) }
  }

  /// Queues a commit; false if it is none for the log, which is full, closed, or was never opened.
  func take(_ pending: PendingCommit) -> Bool {
    // What is for this program alone, such as a secret that was learned, has to be in its place at once.
    let isForOthers = pending.commit.entries.contains { !$0.isState }
    guard isForOthers, pending.commit.loggedBytes <= layout.largestCommit else { return false }
    let (isTaken, isFirst) = state.withLock { state in
      guard !state.isStopping, let space = state.space, space.hasRoom else { return (false, false) }
      state.waiting.append(pending)
      return (true, state.waiting.count == 1)
    }
    if isFirst { work.signal() }
    return isTaken
  }

  /// Takes back a commit that the thread has not begun with; false if it has.
  func takeBack(_ pending: PendingCommit) -> Bool {
    state.withLock { state in
      guard let index = state.waiting.firstIndex(where: { $0 === pending }) else { return false }
      state.waiting.remove(at: index)
      return true
    }
  }

  /// Opens the log if it is not open: publishes what is in it before anything new.
  ///
  /// - Parameter isWanted: if not, it is emptied where there is one, and takes no commits.
  func open(isWanted: Bool) {
    opening.withLock { opening in
      let isDone = state.withLock { state in
        if !isWanted {
          state.space = nil
          state.status.isInUse = false
        }
        return state.isStopping || state.space != nil
      }
      if isDone { return }
      open.withLock { $0.take() }?.publisher.finish()
      retired.withLock { $0.take() }?.finish()
      do {
        if opening == nil, let folder = try find(isWanted: isWanted) {
          opening = try LogOpening(folder, layout: layout)
          let unreadable = opening?.unreadable ?? []
          state.withLock { $0.status.unreadable += unreadable }
        }
        let errors = opening?.publish(in: set) ?? []
        if !errors.isEmpty { return note(errors, left: opening?.unpublished ?? 0) }
        let folder = opening == nil ? nil : try find(isWanted: isWanted)
        let opened = try folder.flatMap { folder throws(SystemError) in try opening?.clear(folder) }
        opening = nil
        state.withLock { $0.status.problem = nil }
        if isWanted, let opened { start(opened) }
      } catch {
        note(problem: "\(error)")
      }
    }
  }

  /// Takes no more commits, but finishes and publishes those that it has. Returns when that is done.
  func stop() {
    state.withLock { state in
      state.isStopping = true
      state.space = nil
    }
    work.signal()
    ended.wait()
    open.withLock { $0.take() }?.publisher.finish()
    retired.withLock { $0.take() }?.finish()
  }

  /// Waits for commits, and takes all that wait; nil if there will be none.
  private func next() -> [PendingCommit]? {
    while true {
      work.wait()
      let (batch, isOver) = state.withLock { state -> ([PendingCommit], Bool) in
        let batch = state.waiting
        state.waiting = []
        state.running = batch.count
        return (batch, state.isStopping)
      }
      if !batch.isEmpty { return batch }
      if isOver { return nil }
    }
  }

  private func write(_ batch: [PendingCommit]) {
    open.withLock { open in
      guard let log = open else { return batch.forEach(plainly) }
      guard let failure = write(place(batch), to: log) else { return }
      note(problem: "\(failure)")
      retired.withLock { $0 = log.publisher }
      open = nil
    }
  }

  /// What is in time and may be written.
  private func place(_ batch: [PendingCommit]) -> [LogWriter.Ready] {
    batch.compactMap { pending in
      guard ContinuousClock.now < pending.deadline else {
        pending.end(.failure(.deadline))
        return nil
      }
      do throws(SpoolError) {
        return LogWriter.Ready(pending: pending, placed: try set.place(pending.commit))
      } catch {
        pending.end(.failure(error))
        return nil
      }
    }
  }

  /// - Returns: what failed, if the log can't be used any more.
  private func write(_ ready: [LogWriter.Ready], to log: Open) -> SpoolError? {
    var rest = ready[...]
    while !rest.isEmpty {
      switch log.writer.append(rest) {
      case .written(let group, let count):
        let begun = ContinuousClock.now
        // While the device writes the group.
        let staged = stage(rest.prefix(count))
        rest = rest.dropFirst(count)
        do throws(SystemError) {
          try log.writer.flush(group)
          flushTimes.note(.now - begun)
        } catch {
          for file in staged.flatMap(\.files) { file.discard() }
          return fail(staged.map(\.pending) + rest.map(\.pending), error)
        }
        let files = staged.flatMap { $0.files.map(\.staged) }
        log.publisher.add(
          LoggedGroup(sequence: group.sequence, files: files), isScarce: log.writer.space.isScarce)
        for one in staged { one.pending.end(.success(())) }
      case .full:
        for one in rest { plainly(one.pending) }
        return nil
      case .failed(let error):
        return fail(rest.map(\.pending), error)
      }
    }
    return nil
  }

  /// Writes the files of commits into `tmp/`. One whose files can't be written is refused, though it is in
  /// the log: should that be read before it is published past it, the sender's retry comes besides.
  private func stage(
    _ ready: ArraySlice<LogWriter.Ready>
  ) -> [(pending: PendingCommit, files: [SpoolFile])] {
    ready.compactMap { one in
      do throws(SpoolError) {
        return (one.pending, try set.stage(one.placed))
      } catch {
        one.pending.end(.failure(error))
        return nil
      }
    }
  }

  private func fail(_ commits: [PendingCommit], _ error: SystemError) -> SpoolError {
    for commit in commits { commit.end(.failure(.log(error))) }
    return .log(error)
  }

  private func note(problem: String) {
    state.withLock { state in
      state.space = nil
      state.status.isInUse = false
      state.status.problem = problem
    }
  }
}

// Opening.
extension WriteAheadLog {
  private func find(isWanted: Bool) throws(SystemError) -> LogFolder? {
    try LogFolder(
      in: folder, make: isWanted, layout: layout, fileSystem: fileSystem, volumes: set.volumes)
  }

  private func note(_ errors: [SpoolError], left count: Int) {
    let reasons = errors.map(\.description).joined(separator: "; ")
    note(problem: "\(count) files in it can't be published: \(reasons)")
  }

  private func start(_ opened: (writer: LogWriter, progress: LogProgress)) {
    let publisher = LogPublisher(opened.progress, layout: layout) { [self] error in
      note(problem: "\(error)")
      open.withLock { open in
        // Nothing is open where a flush failed just before: then it is retired already.
        guard let failed = open else { return }
        retired.withLock { $0 = failed.publisher }
        open = nil
      }
    }
    open.withLock { $0 = Open(writer: opened.writer, publisher: publisher) }
    state.withLock { state in
      state.space = opened.writer.space
      state.status.isInUse = true
      state.status.problem = nil
    }
  }
}
