import Foundation
import Spooling
import Webhooks

/// Where what the responder says of itself comes from.
final class StatusSource: Sendable {
  private struct Loaded {
    var generation: Int
    var at: Date
    var problems: [Problem]
    var files: ConfigurationStamps
    /// Worked out once a load.
    var webhooks: [String: LoadedWebhook]
  }
  let activity: Activity
  let spools: Spools
  let started = Date()
  private let snapshots: Snapshots
  private let depths: SpoolDepths
  private let records: SpoolDepths
  private let refused: RefusedKeeper
  private let droppedLogEntries: @Sendable () -> Int
  /// What an earlier responder saw: it counts until this one has looked for itself.
  private let earlier: StatusFile.Kept
  private let loaded: Mutex<Loaded>

  /// - Parameters:
  ///   - records: what lies in the spools of records for post-processors.
  ///   - files: the configuration's, before it was read.
  ///   - droppedLogEntries: how many log entries could not be written.
  init(
    snapshots: Snapshots, spools: Spools, depths: SpoolDepths, records: SpoolDepths,
    activity: Activity, refused: RefusedKeeper, earlier: StatusFile.Kept,
    files: ConfigurationStamps, droppedLogEntries: @escaping @Sendable () -> Int
  ) {
    self.earlier = earlier
    loaded = Mutex(
      Loaded(generation: 0, at: .distantPast, problems: [], files: files, webhooks: [:]))
    self.snapshots = snapshots
    self.spools = spools
    self.depths = depths
    self.records = records
    self.refused = refused
    self.activity = activity
    self.droppedLogEntries = droppedLogEntries
  }

  /// Takes over that a configuration was loaded, or refused.
  func note(generation: Int, problems: [Problem], files: ConfigurationStamps, at now: Date) {
    let webhooks = LoadedWebhook.all(of: snapshots.current)
    loaded.withLock {
      $0 = Loaded(
        generation: generation, at: now, problems: problems, files: files, webhooks: webhooks)
    }
  }

  /// What is to be said at this moment.
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
      floors: Floors(
        bytes: UInt64(min(settings.minFreeBytes, .mostBelieved)),
        inodes: UInt64(min(settings.minFreeInodes, .mostBelieved))),
      log: status.log, unpublished: status.unpublished, fileSystems: waiting.fileSystems,
      unconfigured: waiting.unconfigured,
      unknown: activity.unknown, droppedLogEntries: droppedLogEntries(),
      unkeptRefusals: refused.unkept)
  }

  /// What lies where: as it was before the start, where it was not looked into since.
  private func looks(
    _ depths: SpoolDepths, _ earlier: [String: SpoolLook]?, of names: Set<String>
  ) -> [String: SpoolLook] {
    let before = (earlier ?? [:]).filter { names.contains($0.key) }
    return before.merging(depths.looks) { $1 }
  }

  /// Of a spool that is no longer configured, what waits for it says enough.
  private func problems(
    _ status: SpoolsStatus, _ places: UnpublishedPlaces
  ) -> [StatusFile.SpoolProblem] {
    status.problems.filter { places.isKnown($0.key) }.sorted { $0.key < $1.key }.map {
      spool, problem in
      StatusFile.SpoolProblem(
        spool: spool, reason: "\(problem.error)", time: problem.time)
    }
  }
}

/// Where the spools lie that something waits for, and which of them nobody knows any more.
private struct UnpublishedPlaces {
  let disks: [DiskSpace]
  var fileSystems: [String: String] = [:]
  private(set) var unconfigured: [String] = []
  private let known: Set<String>

  /// - Parameters:
  ///   - spools: `<kind>/<webhook>` of what lies in the state directory.
  ///   - incoming: the configured spools.
  init(
    of spools: some Collection<String>, _ settings: Settings, incoming: [String],
    _ problems: [Problem]
  ) {
    func parent(_ spool: String) -> String {
      spool.contains("/") ? settings.state : settings.spool
    }
    let all = Set(incoming).union(spools).sorted().map { "\(parent($0))/\($0)" }
    let (disks, homes) = DiskSpace.look(at: [settings.spool, settings.state] + all)
    self.disks = disks
    for spool in spools {
      let parent = parent(spool)
      fileSystems[spool] = homes["\(parent)/\(spool)"] ?? homes[parent] ?? parent
    }
    // A file that was refused is there still.
    known = Set(incoming).union(
      problems.map(\.file).filter { $0.hasPrefix("incoming/") && $0.hasSuffix(".yaml") }
        .map { String($0.dropFirst(9).dropLast(5)) })
    unconfigured = spools.filter { !isKnown($0) }.sorted()
  }

  /// Whether an incoming configuration has this spool, or it lies in the state directory.
  func isKnown(_ spool: String) -> Bool { spool.contains("/") || known.contains(spool) }
}
