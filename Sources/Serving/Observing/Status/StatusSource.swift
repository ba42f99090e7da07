import Bytes
import FoundationEssentials
import Glibc
import History
import Spooling
import Webhooks

/// Gathers what the responder's status file says.
final class StatusSource: Sendable {
  private struct Loaded {
    var generation: Int
    var at: Date
    var problems: [Problem]
    var files: ConfigurationStamps
    /// The webhooks of the snapshot, computed once a load.
    var webhooks: [String: LoadedWebhook]
  }
  let activity: Activity
  let spools: Spools
  let started = Date()
  private let snapshots: Snapshots
  private let depths: SpoolDepths
  private let records: SpoolDepths
  private let history: HistoryWriter
  private let droppedLogEntries: @Sendable () -> Int
  /// The findings of an earlier responder, used until this one has looked for itself.
  private let earlier: StatusFile.Kept
  private let loaded: Mutex<Loaded>

  /// Creates a source that has looked at nothing yet.
  ///
  /// - Parameters:
  ///   - snapshots: the configuration in use.
  ///   - spools: the state of the spools.
  ///   - depths: the content of the spools of incoming configurations.
  ///   - records: the content of the spools of records for post-processors.
  ///   - activity: the counts of the webhooks.
  ///   - history: counts the deliveries that should have been kept and weren't.
  ///   - earlier: the findings of an earlier responder, used until this one has looked.
  ///   - files: the state of the configuration's files before they were read.
  ///   - droppedLogEntries: returns how many log entries could not be written.
  init(
    snapshots: Snapshots, spools: Spools, depths: SpoolDepths, records: SpoolDepths,
    activity: Activity, history: HistoryWriter, earlier: StatusFile.Kept,
    files: ConfigurationStamps, droppedLogEntries: @escaping @Sendable () -> Int
  ) {
    self.earlier = earlier
    loaded = Mutex(
      Loaded(generation: 0, at: .distantPast, problems: [], files: files, webhooks: [:]))
    self.snapshots = snapshots
    self.spools = spools
    self.depths = depths
    self.records = records
    self.history = history
    self.activity = activity
    self.droppedLogEntries = droppedLogEntries
  }

  /// Takes note of a configuration that was loaded, or refused.
  func note(generation: Int, problems: [Problem], files: ConfigurationStamps, at now: Date) {
    let webhooks = LoadedWebhook.all(of: snapshots.current)
    loaded.withLock {
      $0 = Loaded(
        generation: generation, at: now, problems: problems, files: files, webhooks: webhooks)
    }
  }

  /// Returns the status file for this moment.
  func file(at now: Date) -> StatusFile {
    let snapshot = snapshots.current
    let settings = snapshot.settings
    let loaded = loaded.withLock { $0 }
    let status = spools.status
    let incoming = snapshot.incoming.keys.map(\.text)
    let waiting = UnpublishedPlaces(
      of: status.unpublished.keys, settings, incoming: incoming, loaded.problems)
    return StatusFile(
      process: getpid(), version: version, started: started, written: now,
      generation: loaded.generation, state: settings.state, loaded: loaded.at,
      problems: loaded.problems, files: loaded.files,
      base: settings.baseURL, configured: loaded.webhooks, webhooks: activity.webhooks,
      spools: looks(depths, earlier.spools, of: snapshot.spools),
      spoolProblems: problems(status, waiting),
      records: looks(records, earlier.records, of: snapshot.recordFolders),
      distrust: status.distrust.sorted(),
      disks: waiting.disks,
      floors: settings.floors, log: status.log,
      unpublished: Dictionary(status.unpublished.map { ($0.path, $1) }) { first, _ in first },
      fileSystems: waiting.fileSystems, unconfigured: waiting.unconfigured,
      unknown: activity.unknown, droppedLogEntries: droppedLogEntries(),
      history: StatusFile.History(history.status))
  }

  /// Returns the content of each spool. Spools that were not looked into since the start have the
  /// content that the earlier responder found.
  private func looks(
    _ depths: SpoolDepths, _ earlier: [String: SpoolLook]?, of names: Set<String>
  ) -> [String: SpoolLook] {
    let before = (earlier ?? [:]).filter { names.contains($0.key) }
    return before.merging(depths.looks) { $1 }
  }

  /// Returns the problems of spools that are configured. A spool that isn't has a finding about its
  /// waiting tasks instead.
  private func problems(
    _ status: SpoolsStatus, _ places: UnpublishedPlaces
  ) -> [StatusFile.SpoolProblem] {
    status.problems.filter { places.isKnown($0.key) }.sorted { $0.key < $1.key }.map {
      spool, problem in
      StatusFile.SpoolProblem(
        spool: spool.path, reason: "\(problem.error)", time: problem.time)
    }
  }
}

/// The file systems of the spools with unpublished tasks, and the spools among them that are not
/// configured.
private struct UnpublishedPlaces {
  let disks: [DiskSpace]
  var fileSystems: [String: String] = [:]
  private(set) var unconfigured: [String] = []
  private let known: Set<String>

  /// - Parameters:
  ///   - spools: the spools with unpublished tasks.
  ///   - settings: the paths of the spools and of the state.
  ///   - incoming: the configured spools.
  ///   - problems: the problems of the configuration. A spool whose file was refused counts as
  ///     configured.
  init(
    of spools: some Collection<SpoolID>, _ settings: Settings, incoming: [String],
    _ problems: [Problem]
  ) {
    func parent(_ spool: SpoolID) -> String { spool.isState ? settings.state : settings.spool }
    let all = Set(incoming.map(SpoolID.incoming)).union(spools).sorted().map {
      "\(parent($0))/\($0)"
    }
    let (disks, homes) = DiskSpace.look(at: [settings.spool, settings.state] + all)
    self.disks = disks
    for spool in spools {
      let parent = parent(spool)
      fileSystems[spool.path] = homes["\(parent)/\(spool)"] ?? homes[parent] ?? parent
    }
    // A file that was refused still exists, so its spool is known.
    known = Set(incoming).union(
      problems.map(\.file).filter { $0.hasPrefix("incoming/") && $0.hasSuffix(".yaml") }
        .map { String($0.dropFirst(9).dropLast(5)) })
    unconfigured = spools.filter { !isKnown($0) }.map(\.path).sorted()
  }

  /// Whether the spool belongs to an incoming configuration, or to the state directory.
  func isKnown(_ spool: SpoolID) -> Bool {
    guard case .incoming(let identifier) = spool else { return true }
    return known.contains(identifier)
  }
}
