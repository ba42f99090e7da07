import Foundation
import Spooling

/// All that is known of the processes and their work, and what is wrong with it: what `levelwind status`, the
/// info page and `levelwind health` say.
public struct StatusReport: Sendable, Encodable {
  /// What is wrong, the worst first.
  public let findings: [Finding]
  /// What the responder says; nil where it never said anything.
  public let responder: StatusFile?
  public let isRunning: Bool
  /// What the other processes say, by the name of their file.
  public let processes: [String: WorkStatus]
  /// What this user may not look into; nil where all that is to be said could be seen.
  public let barrier: String?
  /// The spools that have not been looked into yet: whether they are well isn't known.
  public let unseen: [String]

  /// - Parameters:
  ///   - work: the other processes' files; the responder's is not among them.
  ///   - isRunning: whether the responder's process is there.
  ///   - unloaded: the configuration's files that were changed since it was loaded.
  ///   - barrier: what this user may not look into; then nothing else is said.
  ///   - importers: what is wrong with importers' services, as far as anybody can say.
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
    // Warnings, behind all that is critical.
    findings = own + importers
  }

  /// The configuration's files that were changed since the running responder loaded it.
  public static func unloaded(state: String) -> [String] {
    guard let status = StatusFile.read(state: state), status.isRunning else { return [] }
    return status.files.changes
  }

  /// Reads what lies in the state directory.
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
  /// Whether the process that wrote it is there.
  fileprivate var isRunning: Bool { StatusFolder.isThere(process) }

  /// Spools of which nothing is known since the start. Those of an incoming configuration that was loaded a
  /// moment ago are on their way.
  fileprivate func unseen(at now: Date) -> [String] {
    if generation > 1, now.timeIntervalSince(loaded) < 10 { return [] }
    let failed = Set(spoolProblems.map(\.spool))
    return Set(configured.values.flatMap(\.incoming)).subtracting(spools.keys).subtracting(failed)
      .sorted()
  }
}
