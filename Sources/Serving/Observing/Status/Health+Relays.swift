import FoundationEssentials
import Spooling

extension Health {
  /// Finds relays that carry nothing on, and a relay process that was killed.
  func relays(_ status: StatusFile, _ work: [String: WorkStatus], at now: Date) -> [Finding] {
    let work = work.filter { $0.key.hasPrefix(WorkStatus.relay) }.sorted { $0.key < $1.key }
    let parts = work.flatMap { $0.value.parts }.filter { status.incoming.contains($0.key) }
    return work.compactMap { gone($0.key, $0.value) }
      + parts.sorted { $0.key < $1.key }.compactMap { behind($0, $1, at: now) }
  }

  private func gone(_ name: String, _ status: WorkStatus) -> Finding? {
    if status.ended != nil || status.isRunning { return nil }
    return Finding(.warning, .relay, of: name, "levelwind-relay died", remedy: Self.remedy)
  }

  private func behind(_ name: String, _ part: WorkStatus.Part, at now: Date) -> Finding? {
    guard let failing = part.outage ?? part.failing else { return nil }
    let age = Duration.seconds(now.timeIntervalSince(failing.since))
    let what = part.outage == nil ? "has been failing" : "has sent next to nothing"
    return limits.relay.level(age).map { level in
      Finding(
        level, .relay, of: name,
        "the relay of \(name) \(what) for \(age.words): \(failing.reason)", remedy: Self.remedy)
    }
  }

  private static let remedy = Remedy.askUnit("levelwind-relay.service")
}
