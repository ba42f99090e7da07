import FoundationEssentials
import Glibc
import Spooling

/// Everything that is known of the processes and their work, with what is wrong. `levelwind
/// status`, the info page and `levelwind health` print it.
public struct StatusReport: Sendable, Encodable {
  /// The findings, the worst first.
  public let findings: [Finding]
  /// The responder's status file; nil if there isn't one.
  public let responder: StatusFile?
  /// Whether the responder's process exists.
  public let isRunning: Bool
  /// The status files of the other processes, by the names of the files.
  public let processes: [String: WorkStatus]
  /// A path that this user may not look into; nil if everything could be seen.
  public let barrier: String?
  /// The spools that have not been looked into yet, so that their health isn't known.
  public let unseen: [String]

  /// Judges the status files.
  ///
  /// - Parameters:
  ///   - status: the responder's status file; nil if there isn't one.
  ///   - work: the status files of the other processes, without the responder's.
  ///   - isRunning: whether the responder's process exists.
  ///   - unloaded: the configuration's files that were changed since the responder loaded it.
  ///   - barrier: a path that this user may not look into; a report with one has no findings.
  ///   - limits: the limits of the findings.
  ///   - importers: findings about importers' services. All are warnings.
  ///   - now: the moment that ages are counted to.
  public init(
    status: StatusFile?, work: [String: WorkStatus], isRunning: Bool, unloaded: [String] = [],
    barrier: String? = nil, limits: HealthLimits, importers: [Finding] = [], at now: Date
  ) {
    self.barrier = barrier
    unseen = status?.unseen(at: now) ?? []
    responder = status
    self.isRunning = isRunning
    processes = work
    if barrier != nil {
      findings = []
      return
    }
    let own = Health(limits: limits).findings(
      status, work: work, isRunning: isRunning, unloaded: unloaded, at: now)
    // The importers' findings are warnings, so they follow everything critical.
    findings = own + importers
  }

  /// Returns the configuration's files that were changed since the running responder loaded it.
  public static func unloaded(state: String) -> [String] {
    guard let status = StatusFile.read(state: state), status.isRunning else { return [] }
    return status.files.changes
  }

  /// Reads the status files of a state directory.
  public static func read(
    state: String, limits: HealthLimits, importers: [Finding] = [], at now: Date
  ) -> StatusReport {
    let barrier = StatusFile.isDenied(state: state) ? "\(state)/status" : nil
    let status = StatusFile.read(state: state)
    let isRunning = status?.isRunning ?? false
    return StatusReport(
      status: status, work: WorkStatus.all(state: state, incoming: status?.incoming ?? []),
      isRunning: isRunning, unloaded: status?.files.changes ?? [], barrier: barrier, limits: limits,
      importers: importers, at: now)
  }
}

extension StatusFile {
  /// Whether the process that wrote the file exists.
  package var isRunning: Bool { StatusFolder.isThere(process) }

  /// Returns the spools that have not been looked into since the start. Spools of an incoming
  /// configuration that was loaded less than ten seconds ago don't count: they are about to be
  /// looked into.
  fileprivate func unseen(at now: Date) -> [String] {
    if generation > 1, now.timeIntervalSince(loaded) < 10 { return [] }
    let failed = Set(spoolProblems.map(\.spool))
    return Set(configured.values.flatMap(\.incoming)).subtracting(spools.keys).subtracting(failed)
      .sorted()
  }
}
