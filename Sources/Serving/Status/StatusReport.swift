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

  /// - Parameters:
  ///   - work: the other processes' files; the responder's is not among them.
  ///   - isRunning: whether the responder's process is there.
  ///   - importers: what is wrong with importers' services, as far as anybody can say.
  public init(
    status: StatusFile?, work: [String: WorkStatus], isRunning: Bool, limits: HealthLimits,
    importers: [Finding] = [], at now: Date
  ) {
    responder = status
    self.isRunning = isRunning
    processes = work
    let own = Health(limits: limits).findings(status, work: work, isRunning: isRunning, at: now)
    // Warnings, behind all that is critical.
    findings = own + importers
  }

  /// Reads what lies in the state directory.
  public static func read(
    state: String, limits: HealthLimits, importers: [Finding] = [], at now: Date
  ) -> StatusReport {
    let status = StatusFile.read(state: state)
    let isRunning = status.map { kill($0.process, 0) == 0 || errno == EPERM } ?? false
    return StatusReport(
      status: status, work: WorkStatus.all(state: state), isRunning: isRunning, limits: limits,
      importers: importers, at: now)
  }
}
