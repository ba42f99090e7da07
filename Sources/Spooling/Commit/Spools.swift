import Bytes
import Dispatch
import FoundationEssentials

/// The spools of all incoming configurations, and the only way into them.
///
/// A commit becomes durable in the write-ahead log, and is answered then. Publishers, one for each
/// file system, bring its tasks into their spools after the answer. A commit that is too large for
/// the log is written into its spools before the answer.
///
/// Call `update` before the first commit. The threads keep this object alive until `stop`.
public final class Spools: Sendable {
  private let set: SpoolSet
  private let writers: Writers
  private let log: WriteAheadLog
  private let answers: Answers
  private let keeper: WALKeeper
  private let publishers: Publishers
  private let tasks: Unpublished
  private let layout: WALLayout

  /// Starts the threads. Commits are taken after the first `update`.
  ///
  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - state: the state directory, locked by this process.
  ///   - threads: how many commits that are too large for the log are written at the same time.
  ///   - largestLogged: the largest commit that goes through the log, in bytes of all its files. 0
  ///     sends every commit the plain way, for tests and measurements; nil is the usual size.
  ///   - logSize: the size of the log, for tests that fill it; nil for the usual size.
  ///   - fileSystem: the system calls on files; a test can make them fail.
  /// - Throws: `SystemError` if the state directory can't be opened, `UnknownWALVersion` if it
  ///   holds a log of another version.
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

  /// Starts the threads, which look after the spools and the log every `lookEvery`; nil leaves that
  /// to `look()`. Throws what the public initializer throws.
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
    let writers = writers
    answers = Answers { now in
      [writers.takeLate(at: now)] + (links.log.map { [$0.takeLate(at: now)] } ?? [])
    }
    log = WriteAheadLog(
      set, tasks, layout: layout, answers,
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
    links.set(log, keeper, publishers)
  }

  /// Takes over the spools of a configuration, at start and at every reload.
  ///
  /// Each spool is opened anew and swept, and made if it is missing and its settings allow that. A
  /// spool that can't be used is listed in the status, and its tasks stay in the log until it can.
  /// A spool that isn't named any more is closed after its last commit.
  ///
  /// Tasks that an earlier process left in the log are published before this returns, unless that
  /// fails or takes longer than two seconds: they are published later then.
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

  /// Begins a commit, and answers when every entry of it is durable, in the log or in all its
  /// spools.
  ///
  /// - Parameters:
  ///   - commit: the files to write.
  ///   - deadline: when `answer` is called at the latest. Entries may be durable then, or become so
  ///     later.
  ///   - onEnd: called exactly once, on any thread, when the commit is over: before `answer`, but
  ///     maybe much later after `deadline`.
  ///   - answer: called exactly once, on any thread: with success, with `deadline`, or with the
  ///     reason why an entry isn't durable. It must not wait for anything.
  public func commit(
    _ commit: Commit, by deadline: ContinuousClock.Instant,
    onEnd: @escaping @Sendable () -> Void = {},
    answer: @escaping @Sendable (Result<Void, SpoolError>) -> Void
  ) {
    let pending = PendingCommit(commit, by: deadline, onEnd: onEnd, answer: answer)
    if commit.entries.isEmpty { return pending.end(.success(())) }
    // An entry that this program reads itself, such as a secret from a handshake, has to be in its
    // place when the answer is sent.
    let isForOthers = commit.entries.contains { !$0.isState }
    if isForOthers, commit.loggedBytes <= layout.largestCommit {
      log.take(pending)
    } else {
      takePlainly(pending)
    }
  }

  private func takePlainly(_ pending: PendingCommit) {
    do throws(SpoolError) {
      for entry in pending.commit.entries {
        try set.requireRoom(in: entry.spool, isPlain: true)
      }
      writers.take(pending)
      answers.expect(pending.deadline)
    } catch {
      pending.end(.failure(error))
    }
  }

  /// The state of the spools and the log at this moment.
  public var status: SpoolsStatus {
    let (plain, logged) = (writers.counts, log.counts)
    return SpoolsStatus(
      waiting: plain.waiting + logged.waiting, running: plain.running + logged.running,
      problems: set.problems, distrust: set.distrust, log: keeper.status,
      unpublished: tasks.waiting(.now, .init()))
  }

  /// Returns what was acknowledged for a spool and waits to be published into it.
  public func unpublished(of spool: SpoolID) -> SpoolDepth { tasks.depth(of: spool) }

  /// How many files are durable in the log and not in their places yet.
  public var unpublished: Int { tasks.count }

  /// How long the flushes of the write-ahead log take.
  public var flushTimes: DurationHistogram { log.flushTimes }

  /// Takes no more commits, finishes and publishes those that it has, sets aside what can't be
  /// published, and ends the threads.
  ///
  /// - Parameter time: how long to wait for devices that don't answer.
  /// - Returns: false if a device didn't answer in time. Nothing is lost then, but the next start
  ///   may publish again what is published already.
  @discardableResult
  public func stop(within time: Duration = .seconds(600)) -> Bool {
    let start = DispatchTime.now()
    let end = start + DispatchTimeInterval(time)
    // Each step has its part of the time, so that a file system that hangs leaves some for the next
    // steps.
    let isLogDone = log.stop(until: start + DispatchTimeInterval(time / 4))
    _ = publishers.finish(until: start + DispatchTimeInterval(time / 2))
    let isKept = keeper.finish(until: end)
    let areWritten = writers.stop(until: end)
    answers.stop()
    if isLogDone, areWritten, isKept {
      log.close()
      keeper.close()
      set.close()
    }
    return isLogDone && areWritten && isKept
  }

  /// Looks after the spools and the log once, for tests that don't leave that to the clock.
  func look() {
    publishers.look(within: .seconds(600))
    keeper.round()
    log.retry()
  }
}

/// The parts that notify each other, set once all of them exist.
private final class Links: Sendable {
  private typealias Parts = (log: WriteAheadLog?, keeper: WALKeeper?, publishers: Publishers?)
  private let parts = Mutex<Parts>((nil, nil, nil))

  var log: WriteAheadLog? { parts.withLock { $0.log } }
  var keeper: WALKeeper? { parts.withLock { $0.keeper } }
  var publishers: Publishers? { parts.withLock { $0.publishers } }

  func set(_ log: WriteAheadLog, _ keeper: WALKeeper, _ publishers: Publishers) {
    parts.withLock { $0 = (log, keeper, publishers) }
  }
}
