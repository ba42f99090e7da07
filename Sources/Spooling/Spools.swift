import Synchronization

/// The spools of all incoming configurations, and the only way into them.
///
/// Call `update` before the first commit. The threads keep this alive until `stop`.
public final class Spools: Sendable {
  private let set: SpoolSet
  private let writers: Writers
  private let prober: Prober?
  private let log: WriteAheadLog
  private let usesLog = Atomic(false)

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - state: the state directory.
  ///   - threads: how many commits are written at the same time.
  public convenience init(
    root: String, state: String, threads: Int, fileSystem: any FileSystem = LinuxFileSystem()
  ) {
    self.init(
      folders: SpoolFolders(spools: root, state: state), threads: threads, fileSystem: fileSystem,
      layout: LogLayout(), spaceAge: .milliseconds(100), probeEvery: .seconds(1))
  }

  /// - Parameter probeEvery: nil to leave the probes to `probe()`.
  init(
    folders: SpoolFolders, threads: Int, fileSystem: any FileSystem, layout: LogLayout,
    spaceAge: Duration, probeEvery: Duration?
  ) {
    let set = SpoolSet(folders: folders, fileSystem: fileSystem, spaceAge: spaceAge)
    let writers = Writers(threads: threads) { commit in
      Result { () throws(SpoolError) in try set.write(commit) }
    }
    self.set = set
    self.writers = writers
    log = WriteAheadLog(
      state: folders.state, set: set, fileSystem: fileSystem, layout: layout, plainly: writers.take)
    prober = probeEvery.map { Prober(every: $0) }
  }

  /// Takes over what a configuration says: at start, and at every reload.
  ///
  /// Each spool is opened anew and swept, made if it is missing and may be. What is wrong with one is in
  /// the status, and refuses the commits that need it, until it is mended. Spools that are not named
  /// any more are closed after their last commit. What the log holds of an earlier process is published
  /// before this returns.
  public func update(_ settings: [SpoolSettings], floors: Floors, way: CommitWay = .log) {
    set.update(settings, floors: floors)
    usesLog.store(way == .log, ordering: .relaxed)
    log.open(isWanted: way == .log)
    prober?.start { [self] in
      set.look()
      if needsProbe { probe() }
    }
  }

  /// Returns when every entry of the commit is durable, in all its spools. Throws by the deadline if
  /// that is not known by then; some of the entries may be there then, or come later.
  ///
  /// - Parameter onEnd: called exactly once, on any thread, when nothing here holds the commit's bytes
  ///   any more: before this returns or throws, but with `deadline` perhaps long afterwards.
  public func commit(
    _ commit: Commit, by deadline: ContinuousClock.Instant,
    onEnd: @escaping @Sendable () -> Void = {}
  ) throws(SpoolError) {
    if commit.entries.isEmpty { return onEnd() }
    let pending = PendingCommit(commit, by: deadline, onEnd: onEnd)
    if !log.take(pending) { writers.take(pending) }
    if pending.wait() == nil, log.takeBack(pending) || writers.takeBack(pending) {
      pending.end(.failure(.deadline))
    }
    try (pending.outcome ?? .failure(.deadline)).get()
  }

  /// How things are at the moment.
  public var status: SpoolsStatus {
    let (plain, logged) = (writers.counts, log.counts)
    return SpoolsStatus(
      waiting: plain.waiting + logged.waiting, running: plain.running + logged.running,
      problems: set.problems, distrust: set.distrust, log: log.status)
  }

  /// Takes no more commits, finishes and publishes those that it has, and ends the threads. Returns when
  /// they ended, which a device that hangs can delay for ever.
  public func stop() {
    prober?.stop()
    // What could not be published meanwhile may be by now; or else the next start does it.
    if log.status.problem != nil { log.open(isWanted: false) }
    log.stop()
    writers.stop()
    set.close()
  }

  /// One round of the probe, for tests that don't leave it to the clock.
  func probe() {
    set.look()
    set.probe()
    log.open(isWanted: usesLog.load(ordering: .relaxed))
  }

  /// How long the flushes of the write-ahead log take.
  public var flushTimes: DurationHistogram { log.flushTimes }

  /// How many files are durable in the log, and not in their places yet.
  public var unpublished: Int { log.unpublished }

  private var needsProbe: Bool { !set.distrust.isEmpty || log.status.problem != nil }
}
