import Foundation
import Spooling

extension Health {
  func spools(_ status: StatusFile, at now: Date) -> [Finding] {
    status.spoolProblems.map(unusable)
      + status.spools.sorted { $0.key < $1.key }.flatMap { name, look in
        [failed(name, look), old(name, look, at: now) ?? many(name, look)].compactMap { $0 }
      }
  }

  private func unusable(_ problem: StatusFile.SpoolProblem) -> Finding {
    Finding(
      .critical, .spool, of: problem.spool,
      "spool \(problem.spool), since \(problem.time.localTime): \(problem.reason)",
      remedy: "levelwind incoming prepare, as root; levelwind check")
  }

  private func failed(_ name: String, _ look: SpoolLook) -> Finding? {
    limits.failed.level(look.failed).map { level in
      Finding(
        level, .spool, of: name, "spool \(name): \(look.failed.counted("failed task"))",
        remedy: "levelwind task list \(name) --state failed; levelwind task retry \(name)")
    }
  }

  private func old(_ name: String, _ look: SpoolLook, at now: Date) -> Finding? {
    guard let oldest = look.oldest else { return nil }
    let age = Duration.seconds(now.timeIntervalSince(oldest))
    return limits.oldest.level(age).map { level in
      Finding(
        level, .spool, of: name,
        "spool \(name): the oldest of \(look.waiting.counted("task")) has waited for \(age.words)",
        remedy: "is its importer running? levelwind task list \(name)")
    }
  }

  private func many(_ name: String, _ look: SpoolLook) -> Finding? {
    limits.waiting.level(look.waiting).map { level in
      Finding(
        level, .spool, of: name, "spool \(name): \(look.waiting.counted("task")) waiting",
        remedy: "is its importer running? levelwind task list \(name)")
    }
  }

  /// Post-processing that has been failing for a while, and a process that was killed.
  func postprocess(_ work: [String: WorkStatus], at now: Date) -> [Finding] {
    work.filter { $0.key.hasPrefix("postprocess") }.sorted { $0.key < $1.key }.flatMap {
      name, status in
      let gone =
        status.ended == nil && !status.isRunning
        ? [
          Finding(
            .warning, .postprocess, of: name,
            "the process of the post-processors ended without saying so",
            remedy: "systemctl status levelwind-postprocess")
        ] : []
      return gone
        + status.parts.sorted { $0.key < $1.key }.compactMap { webhook, part in
          guard let failing = part.failing else { return nil }
          let age = Duration.seconds(now.timeIntervalSince(failing.since))
          return limits.postprocess.level(age).map { level in
            Finding(
              level, .postprocess, of: webhook,
              "post-processing of \(webhook) has been failing for \(age.words): \(failing.reason)",
              remedy: "journalctl -u levelwind-postprocess")
          }
        }
    }
  }
}
