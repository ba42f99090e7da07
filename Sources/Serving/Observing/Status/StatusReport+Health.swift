import FoundationEssentials
import Spooling
import Webhooks

extension StatusReport {
  /// The exit code of a monitoring plug-in: 0, 1, 2, or 3 for unknown.
  public var exitCode: Int32 {
    if let worst = findings.first { return Int32(worst.level.rawValue) }
    return barrier == nil && unseen.isEmpty ? 0 : 3
  }

  /// The exit code as a word.
  package var word: String { findings.first?.level.word ?? (exitCode == 3 ? "UNKNOWN" : "OK") }

  /// The text for a report without findings.
  package var quietWords: String {
    unseen.isEmpty
      ? "All is well."
      : "Nothing is wrong so far. Not looked into yet: \(unseen.joined(separator: ", "))"
  }

  /// Returns the one line that monitoring plug-ins print: the state, what is wrong, and numbers
  /// behind a `|`.
  public func line(limits: HealthLimits, at now: Date) -> String {
    if let barrier {
      return "LEVELWIND UNKNOWN - user \(SystemUser.name) may not look into \(barrier.oneLine) "
        + "[run it as root, or as the responder's user: sudo -u levelwind levelwind health]"
    }
    let shown = findings.prefix(4).map { "\($0.words) [\($0.remedy.oneLine)]" }
    let more = findings.count > 4 ? ["and \(findings.count - 4) more: levelwind status"] : []
    let words = findings.isEmpty ? [wellWords(at: now)] : shown + more
    return "LEVELWIND \(word) - \(words.joined(separator: "; ")) | \(numbers(limits, at: now))"
  }

  private func wellWords(at now: Date) -> String {
    if !unseen.isEmpty { return "not looked into yet: \(unseen.joined(separator: ", "))" }
    let active = responder?.configured.values.filter { $0.state == "active" }.count ?? 0
    let newest = responder?.webhooks.values.compactMap(\.lastDelivery).max()
    let age = newest.map {
      "newest delivery \(Duration.seconds(now.timeIntervalSince($0)).words) ago"
    }
    return "\(active.counted("webhook")) active, \(age ?? "no delivery yet")"
  }

  private func numbers(_ limits: HealthLimits, at now: Date) -> String {
    let looks = responder?.spools.values.map { $0 } ?? []
    func sum(_ outcomes: DeliveryOutcome...) -> Int { responder?.count(of: outcomes) ?? 0 }
    let oldest = looks.compactMap(\.oldest).min().map { max(Int(now.timeIntervalSince($0)), 0) }
    let most = (
      waiting: looks.map(\.waiting).max() ?? 0, failed: looks.map(\.failed).max() ?? 0
    )
    let unpublished = responder?.unpublished.values.compactMap { $0.age(at: now) }.max()
      .map { $0.components.seconds }
    let (ages, late) = (limits.oldest, limits.unpublished)
    return [
      "accepted=\(sum(.accepted, .repeated))c", "unwanted=\(sum(.unwanted))c",
      "refused=\(sum(.refused))c",
      "unavailable=\(sum(.unavailable))c",
      "waiting=\(most.waiting);\(limits.waiting.warning);\(limits.waiting.critical);0",
      "failed=\(most.failed);\(limits.failed.warning);\(limits.failed.critical);0",
      "oldest=\(oldest ?? 0)s;\(ages.warning.components.seconds);\(ages.critical.components.seconds);0",
      "unpublished=\(unpublished ?? 0)s;\(late.warning.components.seconds);\(late.critical.components.seconds);0",
      "configuration_errors=\(responder?.errors.count ?? 0)",
    ].joined(separator: " ")
  }
}
