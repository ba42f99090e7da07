import Bytes
import Dispatch
import FoundationEssentials

/// Keeps the log: opens it, moves its checkpoint on, clears and makes segments, sets aside what
/// can't be published, and finds out whether a device that failed works again.
///
/// It does so on a thread of its own, which works on the state directory alone.
final class WALKeeper: Sendable {
  struct Opened {
    let folder: WALFolder
    let aside: SetAside
    var open: WriteAheadLog.Open
    var checkpoint: CheckpointFile
    var segments: Set<String>
    /// Segments whose groups are all published, and that aren't cleared yet.
    var emptied: [WALSegment] = []
  }
  struct State {
    var problem: String?
    var unreadable: [String] = []
    var aside: SetAside?
    var isElsewhere = false
    var isUrgent = false
    var isFinishing = false
  }
  let state = Mutex(State())
  /// Held while the thread works on the log, which a device that hangs can make last.
  private let opened = Mutex<Opened?>(nil)
  private let work = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()
  /// The state directory that was locked at the start; nil after the end.
  private let directory: Mutex<Directory?>
  private let path: String
  /// Counts what is set aside from time to time.
  private let asideLook = AsideLook()
  let log: WriteAheadLog
  let unpublished: Unpublished
  private let volumes: Volumes
  let layout: WALLayout
  private let onWork: @Sendable (Set<Unpublished.Home>) -> Void

  /// Starts the thread, which makes a round every `interval`; nil for rounds on request alone. The
  /// state directory is locked by this process, and `path` is its path at the start. `onWork` is
  /// called with the publishers that have work after the log was opened.
  init(
    _ log: WriteAheadLog, _ unpublished: Unpublished, in directory: Directory, path: String,
    volumes: Volumes, layout: WALLayout, every interval: Duration?,
    onWork: @escaping @Sendable (Set<Unpublished.Home>) -> Void
  ) {
    self.log = log
    self.unpublished = unpublished
    self.directory = Mutex(directory)
    self.path = path
    self.volumes = volumes
    self.layout = layout
    self.onWork = onWork
    ended.enter()
    NamedThread.start("wal-keeper") { [self] in
      run(every: interval)
      ended.leave()
    }
  }

  /// The tasks that are set aside; nil while the log isn't open.
  var aside: SetAside? { state.withLock { $0.aside } }

  var status: WALStatus {
    let (isOpen, problem) = log.condition
    return state.withLock { state in
      WALStatus(
        isInUse: isOpen, problem: state.problem ?? problem.map { "\($0)" },
        unreadable: state.unreadable, isElsewhere: state.isElsewhere)
    }
  }

  /// Asks the thread for a round.
  ///
  /// - Parameter isUrgent: whether the round can't wait, because the log gets full or has failed.
  func wake(isUrgent: Bool = false) {
    if isUrgent { state.withLock { $0.isUrgent = true } }
    work.signal()
  }

  /// Opens the log, if it isn't open.
  ///
  /// - Parameter make: whether the log is made if it is missing. Only start and reload may set it.
  func open(make: Bool) { opened.withLock { open(&$0, make: make) } }

  /// Makes one round of all the keeper's work.
  ///
  /// - Parameter isLast: whether everything that isn't published is set aside.
  func round(isLast: Bool = false) {
    lookForDirectory()
    opened.withLock { opened in
      if opened == nil { open(&opened, make: false) }
      guard let aside = opened?.aside else { return }
      asideLook.look(at: aside, unpublished, every: layout.asideLookEvery)
      do throws(SystemError) {
        try renew(&opened)
        let isAside = setAside(opened, isLast: isLast)
        try advance(&opened)
        // This success ends the problem of an earlier failure.
        if isAside, log.condition.isOpen { state.withLock { $0.problem = nil } }
      } catch {
        fail(error, opened)
      }
    }
  }

  /// Sets aside what isn't published, and writes the last checkpoint.
  ///
  /// - Returns: false if that isn't done by then, because the device doesn't answer.
  func finish(until end: DispatchTime) -> Bool {
    state.withLock { $0.isFinishing = true }
    work.signal()
    return ended.wait(timeout: end) == .success
  }

  /// Closes the log and the state directory.
  func close() {
    opened.withLock { $0 = nil }
    state.withLock { $0.aside = nil }
    directory.withLock { $0 = nil }
  }

  private func run(every interval: Duration?) {
    var due = ContinuousClock.now
    while true {
      if let interval {
        _ = work.wait(timeout: .now() + DispatchTimeInterval(interval))
      } else {
        work.wait()
      }
      // Waits until `interval` has passed, so that one checkpoint counts for many publications.
      while due > .now, !state.withLock({ $0.isUrgent || $0.isFinishing }) {
        _ = work.wait(timeout: .now() + DispatchTimeInterval(due - .now))
      }
      let (isUrgent, isFinishing) = state.withLock { state in
        defer { state.isUrgent = false }
        return (state.isUrgent, state.isFinishing)
      }
      round(isLast: isFinishing)
      // A commit that waits for a spool is refused now, if the spool has become stuck. After an
      // urgent round, the log's thread has just looked.
      if !isUrgent { log.retry() }
      if isFinishing { return }
      due = .now + layout.interval
    }
  }

  /// Finds out whether the state directory is still at its path: a file system may have been
  /// mounted over it, or unmounted.
  private func lookForDirectory() {
    guard let directory = directory.withLock({ $0 }) else { return }
    // If that can't be told at this moment, the last answer stays.
    guard let isThere = directory.isFound(at: path) else { return }
    state.withLock { $0.isElsewhere = !isThere }
  }

  // MARK: - Opening

  private func open(_ opened: inout Opened?, make: Bool) {
    // If no commits go through the log, as in tests of the plain way, it isn't made.
    guard opened == nil, layout.largestCommit > 0, let directory = directory.withLock({ $0 }) else {
      return
    }
    do throws(SystemError) {
      let folder = try WALFolder(in: directory, make: make, layout: layout, volumes: volumes)
      if folder.volume.distrust != nil {
        try Probe.run(in: folder.directory)
        folder.volume.trust()
      }
      let losses = folder.volume.losses
      let aside = try SetAside(in: folder, path: "\(path)/\(WALFolder.name)")
      let lying = try aside.all()
      var names: [SpoolID: Set<String>] = [:]
      for spool in lying.keys { names[spool] = Set(try aside.tasks(of: spool).map(\.name)) }
      let opening = try WALOpening(folder, layout: layout) { names[$0]?.contains($1) ?? false }
      for (spool, what) in lying { unpublished.note(what, of: spool) }
      let open = WriteAheadLog.Open(
        space: opening.space, volume: folder.volume, identity: opening.checkpoint.latest.log,
        losses: losses)
      opened = Opened(
        folder: folder, aside: aside, open: open, checkpoint: opening.checkpoint,
        segments: opening.segments)
      state.withLock { state in
        state.problem = nil
        state.unreadable += opening.unreadable
        state.aside = aside
      }
      hand(opening)
      log.resume(open)
    } catch {
      state.withLock { $0.problem = "\(SpoolError.log(error))" }
    }
  }

  private func hand(_ opening: WALOpening) {
    unpublished.begin(after: opening.checkpoint.latest.published)
    var homes: Set<Unpublished.Home> = []
    var next = opening.checkpoint.latest.published + 1
    for (sequence, tasks) in opening.groups {
      // A group that is missing has nothing that could be published, but the count needs it.
      while next < sequence {
        unpublished.add(next, [])
        next += 1
      }
      homes.formUnion(unpublished.add(sequence, tasks))
      next = sequence + 1
    }
    onWork(homes)
  }

  /// After a failure, takes commits again as soon as the device is trusted. The segment that was in
  /// use gets no further group, and all files are opened anew.
  private func renew(_ opened: inout Opened?) throws(SystemError) {
    guard var renewed = opened else { return }
    let volume = renewed.open.volume
    if volume.distrust != nil {
      try Probe.run(in: renewed.folder.directory)
      volume.trust()
    }
    let losses = volume.losses
    if log.condition.isOpen, renewed.open.losses == losses { return }
    let folder = renewed.folder
    renewed.open.space.abandon()
    try renewed.open.space.reopenFree { segment throws(SystemError) in
      try folder.segment(segment.name)
    }
    for index in renewed.emptied.indices {
      renewed.emptied[index] = try folder.segment(renewed.emptied[index].name)
    }
    renewed.checkpoint = try CheckpointFile(folder, renewed.checkpoint.latest)
    renewed.open = WriteAheadLog.Open(
      space: renewed.open.space, volume: volume, identity: renewed.open.identity, losses: losses)
    opened = renewed
    state.withLock { $0.problem = nil }
    log.resume(renewed.open)
    log.retry()
  }

  private func fail(_ error: SystemError, _ opened: Opened?) {
    if error.isDistrust, opened?.open.volume.distrust == nil {
      opened?.open.volume.distrust("the write-ahead log: \(error)")
    }
    state.withLock { $0.problem = "\(SpoolError.log(error))" }
    if !error.isFull { log.suspend(.log(error)) }
  }
}
