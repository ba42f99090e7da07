/// The spools of all incoming configurations, and the only way into them.
///
/// Call `update` before the first commit. The threads keep this alive until `stop`.
public final class Spools: Sendable {
  private let set: SpoolSet
  private let writers: Writers
  private let prober: Prober?

  /// - Parameters:
  ///   - root: the directory that the spools lie in.
  ///   - state: the state directory.
  ///   - threads: how many commits are written at the same time.
  public convenience init(
    root: String, state: String, threads: Int, fileSystem: any FileSystem = LinuxFileSystem()
  ) {
    self.init(
      folders: SpoolFolders(spools: root, state: state), threads: threads, fileSystem: fileSystem,
      spaceAge: .milliseconds(100), probeEvery: .seconds(1))
  }

  /// - Parameter probeEvery: nil to leave the probes to `probe()`.
  init(
    folders: SpoolFolders, threads: Int, fileSystem: any FileSystem, spaceAge: Duration,
    probeEvery: Duration?
  ) {
    let set = SpoolSet(folders: folders, fileSystem: fileSystem, spaceAge: spaceAge)
    let prober = probeEvery.map { Prober(every: $0) }
    writers = Writers(threads: threads) { commit in
      let result = Result { () throws(SpoolError) in try set.write(commit) }
      if case .failure = result { Self.startProbing(set, prober) }
      return result
    }
    self.set = set
    self.prober = prober
  }

  /// Takes over what a configuration says: at start, and at every reload.
  ///
  /// Each spool is opened anew and swept, made if it is missing and may be. What is wrong with one is in
  /// the status, and refuses the commits that need it, until it is mended. Spools that are not named
  /// any more are closed after their last commit.
  public func update(_ settings: [SpoolSettings], floors: Floors) {
    set.update(settings, floors: floors)
    Self.startProbing(set, prober)
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
    guard writers.take(pending) else {
      onEnd()
      throw .stopping
    }
    if pending.wait() == nil, writers.takeBack(pending) { pending.end(.failure(.deadline)) }
    try (pending.outcome ?? .failure(.deadline)).get()
  }

  /// How things are at the moment.
  public var status: SpoolsStatus {
    let (waiting, running) = writers.counts
    return SpoolsStatus(
      waiting: waiting, running: running, problems: set.problems, distrust: set.distrust)
  }

  /// Takes no more commits, finishes those that it has, and ends the threads. Returns when they ended,
  /// which a device that hangs can delay for ever.
  public func stop() {
    writers.stop()
    prober?.stop()
    set.close()
  }

  /// One round of the probe, for tests that don't leave it to the clock.
  func probe() { set.probe() }

  private static func startProbing(_ set: SpoolSet, _ prober: Prober?) {
    if set.distrust.isEmpty { return }
    prober?.start(while: { !set.distrust.isEmpty }, round: set.probe)
  }
}
