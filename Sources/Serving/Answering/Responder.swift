import Bytes
import CLinux
import CSystemd
import Dispatch
import FastCGI
import FoundationEssentials
import History
import Logging
import Spooling
import Webhooks

/// A running responder: its listener hands requests to the receiver, which commits to the spools.
public final class Responder: Sendable {
  private let folder: String
  private let credentials: Credentials
  private let output: LogQueue
  private let log: Logger
  private let lock: StateLock
  private let probe = ProbeKey()
  private let snapshots: Snapshots
  private let spools: Spools
  private let depths: SpoolDepths
  private let records: SpoolDepths
  private let deliveries: DeliveryLog
  private let activity: Activity
  private let status: StatusWriter
  private let keys: KeyWatch
  private let replays: Replays
  private let history: HistoryWriter
  private let listener: Listener
  private let source: StatusSource
  private let watchdog: Watchdog?
  private let started = ContinuousClock.now
  /// The number of configurations that were loaded or refused so far, from 1.
  private let generation = Mutex(1)
  /// Loads configurations one at a time.
  private let reloads = DispatchQueue(label: "reload")

  /// Loads the configuration, takes the state's lock, opens the spools and begins to listen.
  ///
  /// - Parameters:
  ///   - folder: the configuration directory.
  ///   - socket: the path at which a socket is made where systemd hands none over.
  ///   - fileSystem: what the spools are written through; tests pass one that fails.
  ///   - largestLogged: as in `Spools`; tests of the plain way pass 0.
  ///   - logSize: as in `Spools`; tests that fill the write-ahead log pass a small one.
  /// - Throws: `UnusableConfiguration`; `Peers.Failure`; `StateLockError.held` if another responder
  ///   works on the same state; `UnknownWALVersion`; the system's errors.
  public convenience init(
    configuration folder: String, socket: String, fileSystem: any FileSystem = LinuxFileSystem(),
    largestLogged: Int? = nil, logSize: WALSize? = nil
  ) throws {
    let output = LogQueue(to: ServiceLog.sink())
    do {
      try self.init(
        configuration: folder, socket: socket, fileSystem: fileSystem, largestLogged: largestLogged,
        logSize: logSize, output)
    } catch {
      output.finish()
      throw error
    }
  }

  private init(
    configuration folder: String, socket: String, fileSystem: any FileSystem, largestLogged: Int?,
    logSize: WALSize?, _ output: LogQueue
  ) throws {
    returnLargeMemory()
    self.folder = folder
    self.output = output
    log = Logger(label: "levelwind") { _ in OutputLog(output) }
    credentials = Credentials(
      directory: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    // Linking, loading and starting touch 30 MiB of code that serving does not need. Unmapping that
    // code in between makes the peak of memory, which is reached here and not under load, a third
    // lower.
    linux_let_go_of_code()
    let files = ConfigurationStamps(of: folder)
    let loading = Loading.forServing(folder, credentials)
    loading.log(to: log)
    letGoOfMemory()
    guard let snapshot = loading.snapshot else { throw UnusableConfiguration(folder: folder) }
    let settings = snapshot.settings
    let peers = try Peers.ids(of: settings.peers ?? [])
    try LinuxFileSystem().makePath(settings.state, mode: 0o750)
    lock = try StateLock(state: settings.state)
    try LinuxFileSystem().makePath(settings.spool, mode: 0o711)
    snapshots = Snapshots(snapshot)
    spools = try Spools(
      root: settings.spool, state: settings.state, threads: settings.threads,
      largestLogged: largestLogged, logSize: logSize, fileSystem: fileSystem)
    let spools = spools
    depths = SpoolDepths(root: settings.spool) { spools.unpublished(of: .incoming($0)) }
    records = SpoolDepths(root: "\(settings.state)/\(SpoolID.recordsFolder)")
    deliveries = DeliveryLog(output)
    let earlier = StatusFile.kept(state: settings.state)
    activity = Activity(earlier.webhooks ?? [:])
    let log = log
    history = HistoryWriter(state: settings.state, settings.historyLimits(snapshot)) { reason in
      log.note(.history, ["reason": "\(reason)"])
    }
    source = StatusSource(
      snapshots: snapshots, spools: spools, depths: depths, records: records, activity: activity,
      history: history, earlier: earlier, files: files, droppedLogEntries: { output.lost })
    keys = KeyWatch(KeyFolder(state: settings.state))
    replays = Replays(state: settings.state)
    listener = try Listener(
      socket: try .handedOver() ?? .make(path: socket), threads: settings.threads,
      ioTimeout: settings.deadline, allowedPeers: peers)
    let (listener, source) = (listener, source)
    watchdog = Watchdog { [weak listener] in listener?.isAccepting(within: $0) ?? false }
    status = StatusWriter(source, state: settings.state, log: log)
    use(loading, snapshot, of: files)
    do {
      try probe.write(state: settings.state)
    } catch {
      log.note(.unwrittenProbe, ["reason": "\(error)"])
    }
    history.start()
    try listen()
    log.note(.started, ["version": "\(version)"])
    letGoOfMemory()
    sd_notify(0, "READY=1")
  }

  /// Begins to load the configuration anew, and returns at once: loading has a thread of its own,
  /// so that a disk that hangs can't keep the responder from stopping. A file that is refused keeps
  /// its last good version.
  public func reload() { reloads.async { [self] in loadAnew() } }

  private func loadAnew() {
    sd_notify(0, "RELOADING=1")
    let files = ConfigurationStamps(of: folder)
    let loading = Loading.forServing(folder, credentials, previous: snapshots.current)
    loading.log(to: log)
    generation.withLock { $0 += 1 }
    use(loading, loading.snapshot ?? snapshots.current, of: files)
    sd_notify(0, "READY=1")
  }

  /// Stops accepting, finishes the requests that were begun, and returns within the deadline plus
  /// 3.5 seconds. A device that hangs can't delay the end: commits that wait for it were not
  /// acknowledged.
  public func stop() {
    sd_notify(0, "STOPPING=1")
    let deadline = snapshots.current.settings.deadline
    let end = ContinuousClock.now + deadline + .milliseconds(1500)
    let answered = listener.stop(grace: .milliseconds(200), deadline: deadline + .seconds(1))
    depths.stop()
    records.stop()
    // Spools get the rest of the promised time, and half a second at least, so that a file system
    // that hangs leaves some for the end of the write-ahead log.
    let left = max(.milliseconds(500), end - .now)
    let finished = stopSpools(within: left) && answered
    deliveries.finish()
    history.stop(within: .milliseconds(500))
    status.stop()
    watchdog?.stop()
    log.note(.stopped, ["finished": "\(finished)"])
    output.finish()
  }

  /// Stops the spools.
  ///
  /// - Returns: false if a device did not answer. Commits that wait for it were not acknowledged,
  /// or are in the write-ahead log.
  private func stopSpools(within time: Duration) -> Bool {
    let stopped = DispatchSemaphore(value: 0)
    let isFinished = Mutex(false)
    let spools = spools
    // A reload that is under way works on the spools, too, so the stop queues behind it.
    reloads.async {
      let isDone = spools.stop(within: time)
      isFinished.withLock { $0 = isDone }
      stopped.signal()
    }
    return stopped.wait(timeout: .now() + DispatchTimeInterval(time)) == .success
      && isFinished.withLock { $0 }
  }

  /// Puts a snapshot into use. `files` are the configuration's files as they were before it was
  /// loaded.
  private func use(_ loading: Loading, _ snapshot: Snapshot, of files: ConfigurationStamps) {
    let settings = snapshot.settings
    spools.update(
      snapshot.spoolSettings
        + snapshot.stateSpools.map { SpoolSettings($0, make: true) },
      floors: settings.floors)
    spools.status.log.log(to: log)
    let limited = snapshot.limitedSpools
    depths.watch(limited, besides: snapshot.spools.subtracting(limited))
    records.watch([], besides: snapshot.recordFolders)
    for (spool, problem) in spools.status.problems.sorted(by: { $0.key < $1.key }) {
      log.note(.spool, ["incoming": "\(spool)", "reason": "\(problem.error)"])
    }
    replays.update(snapshot)
    history.use(settings.historyLimits(snapshot))
    let now = Date()
    for (old, new) in Renames(state: settings.state).take(snapshot) {
      activity.rename(old, to: new)
    }
    activity.watch(snapshot, at: now)
    // A sender may have brought a secret along while this snapshot was loaded.
    snapshots.update { _ in snapshot.withLearned() }
    listener.ioTimeout = settings.deadline
    keys.forget()
    let generation = generation.withLock { $0 }
    source.note(generation: generation, problems: loading.problems, files: files, at: now)
    status.write()
    let counts = snapshot.counts
    log.note(
      .configuration,
      [
        "generation": .stringConvertible(generation),
        "active": .stringConvertible(counts.active),
        "disabled": .stringConvertible(counts.disabled),
        "broken": .stringConvertible(counts.broken),
      ])
  }

  private func listen() throws {
    let receiver = Receiver(
      snapshots: snapshots, spools: spools, depths: depths, log: deliveries, activity: activity,
      keys: keys, replays: replays, history: HistoryKeeper(history))
    let settings = snapshots.current.settings
    let endpoints = Endpoints(
      snapshots: snapshots, receiver: receiver, activity: activity, spools: spools, status: status,
      started: started, threads: settings.threads,
      counters: { [weak listener] in listener?.counters ?? Counters() })
    let (snapshots, probe) = (snapshots, probe)
    try listener.run { (exchange: consuming Exchange) in
      let snapshot = snapshots.current
      switch exchange.endpoint(snapshot) {
      case .check:
        if let proof = exchange.proof(by: probe) {
          exchange.answer(proof)
        } else {
          receiver.receive(exchange, by: snapshot)
        }
      case let endpoint?: exchange.answer(endpoint, endpoints)
      case nil: receiver.receive(exchange, by: snapshot)
      }
    }
  }
}
