import FoundationEssentials
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
      remedy: .mendSpool)
  }

  private func failed(_ name: String, _ look: SpoolLook) -> Finding? {
    limits.failed.level(look.failed).map { level in
      Finding(
        level, .spool, of: name, "spool \(name): \(look.failed.counted("failed task"))",
        remedy: .retryTasks(of: name))
    }
  }

  private func old(_ name: String, _ look: SpoolLook, at now: Date) -> Finding? {
    oldest(look, of: "task", at: now).map { level, words in
      Finding(
        level, .spool, of: name, "spool \(name): \(words)",
        remedy: .findImporter(of: name, areClaimed: look.cur > 0))
    }
  }

  /// Returns how bad the age of the oldest task or record in a spool is, and words for it; nil if
  /// it is fine.
  func oldest(
    _ look: SpoolLook, of noun: String, at now: Date
  ) -> (level: Finding.Level, words: String)? {
    guard let oldest = look.oldest else { return nil }
    let age = Duration.seconds(now.timeIntervalSince(oldest))
    return limits.oldest.level(age).map { level in
      (level, "the oldest of \(look.waiting.counted(noun)) has waited for \(age.words)")
    }
  }

  private func many(_ name: String, _ look: SpoolLook) -> Finding? {
    limits.waiting.level(look.waiting).map { level in
      Finding(
        level, .spool, of: name, "spool \(name): \(look.waiting.counted("task")) waiting",
        remedy: .findImporter(of: name, areClaimed: look.cur > 0))
    }
  }
}
