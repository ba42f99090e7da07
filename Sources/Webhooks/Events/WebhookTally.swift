import Foundation
import Spooling
import Synchronization

/// Counts what becomes of one webhook's deliveries. A success is a few atomic additions; a lock of its own
/// guards what is dearer: the secrets that matched, and refusals.
public final class WebhookTally: Sendable {
  /// How long its deliveries took, from their arrival to their answer.
  public let durations = DurationHistogram()
  private let outcomes = InlineArray<6, Atomic<Int>> { _ in Atomic(0) }
  private let received = Atomic(0)
  /// Microseconds since 1970; 0 for never, in this process.
  private let heard = Atomic(0)
  /// Deliveries in a row that nothing wanted, and when the first of them came, in microseconds since 1970.
  private let unwanted: Atomic<Int>
  private let unwantedSince: Atomic<Int>
  private let hasRefusals: Atomic<Bool>
  private let kept: Mutex<WebhookActivity>

  /// - Parameter earlier: what an earlier process saw.
  init(_ earlier: WebhookActivity) {
    hasRefusals = Atomic(earlier.refusedSince != nil || earlier.unavailableSince != nil)
    unwanted = Atomic(max(earlier.unwanted?.count ?? 0, 0))
    unwantedSince = Atomic(Self.microseconds(earlier.unwanted?.since ?? .distantPast))
    kept = Mutex(earlier)
  }

  /// Bytes of bodies, in this process.
  public var bytes: Int { received.load(ordering: .relaxed) }

  /// How many deliveries ended so, in this process.
  public func count(of outcome: DeliveryOutcome) -> Int {
    outcomes[outcome.rawValue].load(ordering: .relaxed)
  }

  /// What this process and earlier ones saw.
  public var activity: WebhookActivity {
    var activity = kept.withLock { $0 }
    for outcome in DeliveryOutcome.allCases {
      let count = count(of: outcome)
      if count > 0 { activity.counts[outcome.word, default: 0] += count }
    }
    let heard = heard.load(ordering: .relaxed)
    if heard > 0 { activity.lastDelivery = Date(timeIntervalSince1970: Double(heard) / 1e6) }
    let unwanted = unwanted.load(ordering: .relaxed)
    let since = Double(unwantedSince.load(ordering: .relaxed)) / 1e6
    activity.unwanted =
      unwanted == 0 ? nil : .init(count: unwanted, since: Date(timeIntervalSince1970: since))
    return activity
  }

  /// Counts the secrets that verified a request, each once.
  func noteMatches(_ steps: [PreProcessorStep], at now: Date) {
    var names: [String] = []
    for step in steps {
      let name: String? =
        switch step.outcome {
        case .passed(let proof): proof.secretName
        case .answered(let name): name
        case .failed, .observed: nil
        }
      if let name, !names.contains(name) { names.append(name) }
    }
    if names.isEmpty { return }
    kept.withLock { kept in
      for name in names { kept.noteMatch(of: name, at: now) }
    }
  }

  func note(_ outcome: DeliveryOutcome, bytes: Int, took duration: Duration, at now: Date) {
    outcomes[outcome.rawValue].add(1, ordering: .relaxed)
    received.add(bytes, ordering: .relaxed)
    durations.note(duration)
    if outcome.isHeard { heard.store(Self.microseconds(now), ordering: .relaxed) }
    if outcome == .unwanted {
      if unwanted.add(1, ordering: .relaxed).oldValue == 0 {
        unwantedSince.store(Self.microseconds(now), ordering: .relaxed)
      }
    } else if outcome == .accepted, unwanted.load(ordering: .relaxed) > 0 {
      unwanted.store(0, ordering: .relaxed)
    }
    if outcome.isSuccess, hasRefusals.load(ordering: .relaxed) {
      kept.withLock { kept in
        hasRefusals.store(false, ordering: .relaxed)
        kept.noteSuccess()
      }
    }
  }

  func note(_ refusal: WebhookActivity.Refusal) {
    kept.withLock { kept in
      kept.note(refusal)
      hasRefusals.store(true, ordering: .relaxed)
    }
  }

  /// Takes over what its filters are: where they are others, what nothing wanted is counted anew.
  func filter(by digest: String) {
    let isNew = kept.withLock { kept in
      defer { kept.filters = digest }
      return kept.filters != digest
    }
    if isNew { unwanted.store(0, ordering: .relaxed) }
  }

  private static func microseconds(_ moment: Date) -> Int {
    Int(exactly: (max(moment.timeIntervalSince1970, 0) * 1e6).rounded()) ?? 0
  }

  /// Takes over whether deliveries are expected; that they are counts from now, if they were not.
  func expect(_ isExpecting: Bool, at now: Date) {
    kept.withLock { kept in
      kept.expectedSince = isExpecting ? kept.expectedSince ?? now : nil
      kept.since = kept.since ?? now
    }
  }
}
