import Dispatch

/// The spools of all incoming configurations, and the only way into them.
///
/// A commit is durable in the write-ahead log; publishers, one of each file system, bring its tasks into their spools behind the
/// answer. What is too large for the log is written into its spools at once. Call `update` before the first commit. The threads
/// keep this alive until `stop`.
public final class Spools: Sendable {
  private let set: SpoolSet
  private let writers: Writers
  private let log: WriteAheadLog
  private let keeper: WALKeeper
  private let publishers: Publishers
  private let tasks: Unpublished
  private let layout: WALLayout

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - state: the state directory, locked by this process.
  ///   - threads: how many commits that are too large for the log are written at the same time.
  ///   - largestLogged: the largest commit that goes through the log, in bytes of all its files; 0 for none of them, to test
  ///     and to measure the plain way.
  ///   - logSize: how large the log is, for tests that fill it; nil for what is usual.
  /// - Throws: where the state directory can't be opened, or holds the log of another version.
  public convenience init(
    root: String, state: String, threads: Int, largestLogged: Int? = nil,
    logSize: WALSize? = nil, fileSystem: any FileSystem = LinuxFileSystem()
  ) throws {
    var layout = WALLayout()
    if let logSize { layout.use(logSize) }
    if let largestLogged { layout.largestCommit = largestLogged }
    try self.init(
      folders: SpoolFolders(spools: root, state: state), threads: threads, fileSystem: fileSystem,
      layout: layout, spaceAge: .milliseconds(100), lookEvery: .seconds(1))
  }

  /// - Parameter lookEvery: nil to leave it to `look()` to look after the spools and the log.
  init(
    folders: SpoolFolders, threads: Int, fileSystem: any FileSystem, layout: WALLayout,
    spaceAge: Duration, lookEvery: Duration?
  ) throws {
    let directory = try Directory(path: folders.state, on: fileSystem)
    try WALOpening.requireKnownVersion(in: directory, path: folders.state)
    let set = SpoolSet(folders: folders, fileSystem: fileSystem, spaceAge: spaceAge)
    let tasks = Unpublished(layout)
    let links = Links()
    self.set = set
    self.tasks = tasks
    self.layout = layout
    writers = Writers(threads: threads) { commit in
      Result { () throws(SpoolError) in try set.write(commit) }
    }
    log = WriteAheadLog(
      set, tasks, layout: layout,
      WriteAheadLog.Events(
        onWork: { links.publishers?.wake($0) },
        onScarcity: {
          links.publishers?.hurry()
          links.keeper?.wake(isUrgent: true)
        }, onFailure: { links.keeper?.wake(isUrgent: true) }))
    let log = log
    keeper = WALKeeper(
      log, tasks, in: directory, path: folders.state, volumes: set.volumes, layout: layout,
      every: lookEvery, onWork: { links.publishers?.wake($0) })
    publishers = Publishers(
      set, tasks, layout: layout, lookEvery: lookEvery, aside: { links.keeper?.aside },
      onProgress: {
        links.keeper?.wake()
        log.retry()
      })
    links.set(keeper, publishers)
  }

  /// Takes over what a configuration says: at start, and at every reload.
  ///
  /// Each spool is opened anew and swept, made if it is missing and may be. What is wrong with one is in
  /// the status, and keeps its tasks in the log until it is mended. Spools that are not named
  /// any more are closed after their last commit. What the log holds of an earlier process is published before this returns,
  /// unless that takes longer than two seconds, or fails: then behind it.
  public func update(_ settings: [SpoolSettings], floors: Floors) {
    let end = ContinuousClock.now + layout.patience
    set.update(settings, floors: floors)
    publishers.update()
    publishers.look(within: layout.patience)
    keeper.open(make: true)
    while !tasks.isRecovered, .now < end {
      publishers.look(within: end - .now)
    }
  }

  /// Returns when every entry of the commit is durable, in the log or in all its spools. Throws by the deadline if
  /// that is not known by then; some of the entries may be there then, or come later.
  ///
  /// - Parameter onEnd: called exactly once, on any thread, when the commit is over: before this returns or throws, but with
  ///   `deadline` perhaps long afterwards.
  public func commit(
    _ commit: Commit, by deadline: ContinuousClock.Instant,
    onEnd: @escaping @Sendable () -> Void = {}
  ) throws(SpoolError) {
    if commit.entries.isEmpty { return onEnd() }
    let pending = PendingCommit(commit, by: deadline, onEnd: onEnd)
    // What is for this program alone, such as a secret that was learned, has to be in its place at once.
    let isForOthers = commit.entries.contains { !$0.isState }
    if isForOthers, commit.loggedBytes <= layout.largestCommit {
      log.take(pending)
    } else {
      takePlainly(pending)
    }
    if pending.wait() == nil, log.takeBack(pending) || writers.takeBack(pending) {
      pending.end(.failure(.deadline))
    }
    try (pending.outcome ?? .failure(.deadline)).get()
  }

  private func takePlainly(_ pending: PendingCommit) {
    do throws(SpoolError) {
      for entry in pending.commit.entries {
        try set.requireRoom(in: entry.spool, isPlain: true)
      }
      writers.take(pending)
    } catch {
      pending.end(.failure(error))
    }
  }

  /// How things are at the moment.
  public var status: SpoolsStatus {
    let (plain, logged) = (writers.counts, log.counts)
    return SpoolsStatus(
      waiting: plain.waiting + logged.waiting, running: plain.running + logged.running,
      problems: set.problems, distrust: set.distrust, log: keeper.status,
      unpublished: tasks.waiting(.now, .init()))
  }

  /// What was acknowledged, and waits to be published into a spool.
  public func unpublished(of spool: String) -> SpoolDepth { tasks.depth(of: spool) }

  /// How many files are durable in the log, and not in their places yet.
  public var unpublished: Int { tasks.count }

  /// How long the flushes of the write-ahead log take.
  public var flushTimes: DurationHistogram { log.flushTimes }

  /// Takes no more commits, finishes and publishes those that it has, sets aside what can't be published, and ends the
  /// threads.
  ///
  /// - Parameter time: how long it waits for devices that don't answer.
  /// - Returns: false if one did not: then the next start may publish again what is published, and nothing is lost.
  @discardableResult
  public func stop(within time: Duration = .seconds(600)) -> Bool {
    let start = DispatchTime.now()
    let end = start + DispatchTimeInterval(time)
    // A part of the time each: a file system that hangs leaves some of it for what comes behind.
    let isLogDone = log.stop(until: start + DispatchTimeInterval(time / 4))
    _ = publishers.finish(until: start + DispatchTimeInterval(time / 2))
    let isKept = keeper.finish(until: end)
    let areWritten = writers.stop(until: end)
    if isLogDone, areWritten, isKept {
      log.close()
      keeper.close()
      set.close()
    }
    return isLogDone && areWritten && isKept
  }

  /// One round of looking after the spools and the log, for tests that don't leave it to the clock.
  func look() {
    publishers.look(within: .seconds(600))
    keeper.round()
  }
}

/// What the parts that tell one another of things are known by, once all of them are there.
private final class Links: Sendable {
  private let parts = Mutex<(keeper: WALKeeper?, publishers: Publishers?)>((nil, nil))

  var keeper: WALKeeper? { parts.withLock { $0.keeper } }
  var publishers: Publishers? { parts.withLock { $0.publishers } }

  func set(_ keeper: WALKeeper, _ publishers: Publishers) {
    parts.withLock { $0 = (keeper, publishers) }
  }
}
