import FoundationEssentials
import Glibc
import Spooling

/// Judges what the status files say.
public struct Health: Sendable {
  let limits: HealthLimits

  /// Creates a judge with these limits.
  public init(limits: HealthLimits) { self.limits = limits }

  /// Returns what is wrong, the worst first; empty if all is well.
  ///
  /// - Parameters:
  ///   - status: the responder's file; nil if there isn't one that can be read.
  ///   - work: the files of the other processes, by name.
  ///   - isRunning: whether the responder's process exists.
  ///   - unloaded: the configuration's files that were changed since the responder loaded it.
  ///   - now: the moment that ages are counted to.
  /// - Returns: the findings.
  public func findings(
    _ status: StatusFile?, work: [String: WorkStatus], isRunning: Bool, unloaded: [String] = [],
    at now: Date
  ) -> [Finding] {
    guard let status else {
      return [
        Finding(
          .critical, .responder,
          "there is no status file that can be read: no responder ever ran",
          remedy: .askResponder)
      ]
    }
    let all =
      responder(status, isRunning: isRunning, at: now) + configuration(status)
      + (isRunning ? self.unloaded(unloaded) : []) + disks(status)
      + log(status) + history(status) + unpublished(status, at: now) + spools(status, at: now)
      + webhooks(status, at: now)
      + postprocessing(status, work, at: now) + relays(status, work, at: now)
    return all.enumerated().sorted { a, b in
      (b.element.level, a.offset) < (a.element.level, b.offset)
    }.map(\.element)
  }

  private func responder(_ status: StatusFile, isRunning: Bool, at now: Date) -> [Finding] {
    guard isRunning else {
      return [
        Finding(
          .critical, .responder,
          "the responder is not running (process \(status.process), until \(status.written.localTime))",
          remedy: .startResponder)
      ]
    }
    let age = Duration.seconds(now.timeIntervalSince(status.written))
    guard age > limits.fresh else { return [] }
    return [
      Finding(
        .critical, .responder,
        "the responder has not written its status for \(age.words): its disk hangs or is "
          + "read-only, or the responder hangs",
        remedy: .askResponder)
    ]
  }

  private func configuration(_ status: StatusFile) -> [Finding] {
    let broken = status.configured.filter { $0.value.state == "broken" }.map(\.key).sorted()
    guard let first = status.errors.first else { return [] }
    let errors = status.errors.count.counted("error")
    let words =
      broken.isEmpty
      ? "\(errors) in the configuration, the last good version is in use: \(first)"
      : "\(errors) in the configuration, 503 from \(broken.joined(separator: ", ")): \(first)"
    return [
      Finding(
        broken.isEmpty ? .warning : .critical, .configuration, words,
        remedy: .loadConfiguration)
    ]
  }

  private func unloaded(_ files: [String]) -> [Finding] {
    if files.isEmpty { return [] }
    let more = files.count > 5 ? ", and \(files.count - 5) more" : ""
    return [
      Finding(
        .warning, .configuration,
        "changed on disk since it was loaded: \(files.prefix(5).joined(separator: ", "))\(more)",
        remedy: .load)
    ]
  }

  private func disks(_ status: StatusFile) -> [Finding] {
    let distrust = status.distrust.map { reason in
      Finding(
        .critical, .disk, "a file system is not trusted, deliveries get 503: \(reason)",
        remedy: .waitForDisk)
    }
    let short = status.disks.compactMap { disk -> Finding? in
      let space = Space(bytes: disk.bytes, inodes: disk.inodes)
      let twice = Floors(bytes: status.floors.bytes * 2, inodes: status.floors.inodes * 2)
      let remedy = Remedy.makeRoom(at: disk.path)
      if let shortage = status.floors.shortage(of: space) {
        return Finding(
          .critical, .disk, "\(disk.path) is full, deliveries get 503: \(shortage)", remedy: remedy)
      }
      return twice.shortage(of: space).map { _ in
        Finding(
          .warning, .disk, "\(disk.path) is nearly full: \(disk.bytes.size) are free",
          remedy: remedy)
      }
    }
    return distrust + short
  }

  private func log(_ status: StatusFile) -> [Finding] {
    let unreadable =
      status.log.unreadable.map { damage in
        Finding(
          .critical, .log, "something in the write-ahead log can't be read: \(damage)",
          remedy: .keepDamage)
      } + elsewhere(status)
    guard !status.log.isInUse || status.log.problem != nil else {
      return unreadable
    }
    let reason = status.log.problem.map { ": \($0)" } ?? ""
    return unreadable + [
      Finding(
        status.log.isInUse ? .warning : .critical, .log,
        status.log.isInUse
          ? "the write-ahead log can't be emptied\(reason)"
          : "the write-ahead log can't be written, deliveries get 503\(reason)",
        remedy: .waitForLog)
    ]
  }

  private func elsewhere(_ status: StatusFile) -> [Finding] {
    guard status.log.isElsewhere else { return [] }
    return [
      Finding(
        .critical, .log,
        "another directory is at \(status.state) now, and the write-ahead log is in the one that was there when the responder started",
        remedy: .restartResponder)
    ]
  }
}
