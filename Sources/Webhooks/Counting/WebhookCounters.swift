import Bytes
import FoundationEssentials
import Spooling

import struct Synchronization.Atomic

/// Counts the outcomes of one webhook's deliveries. A success takes a few atomic additions. A lock
/// guards what costs more: the secrets that matched, and refusals.
public final class WebhookCounters: Sendable {
  /// The durations of its deliveries, from arrival to answer.
  public let durations = DurationHistogram()
  private let outcomes = InlineArray<6, Atomic<Int>> { _ in Atomic(0) }
  private let received = Atomic(0)
  /// The time of the last verified delivery in microseconds since 1970; 0 if this process had none.
  private let heard = Atomic(0)
  /// The length of the run of unwanted deliveries, and the time of the first one in microseconds
  /// since 1970.
  private let unwanted: Atomic<Int>
  private let unwantedSince: Atomic<Int>
  private let hasRefusals: Atomic<Bool>
  private let kept: Mutex<WebhookActivity>

  /// - Parameter earlier: the activity that an earlier process kept.
  init(_ earlier: WebhookActivity) {
    hasRefusals = Atomic(earlier.refusedSince != nil || earlier.unavailableSince != nil)
    unwanted = Atomic(max(earlier.unwanted?.count ?? 0, 0))
    unwantedSince = Atomic(Self.microseconds(earlier.unwanted?.since ?? .distantPast))
    kept = Mutex(earlier)
  }

  /// The bytes of all bodies, in this process.
  public var bytes: Int { received.load(ordering: .relaxed) }

  /// Returns the number of deliveries with this outcome, in this process.
  public func count(of outcome: DeliveryOutcome) -> Int {
    outcomes[outcome.rawValue].load(ordering: .relaxed)
  }

  /// The activity of this process and of earlier ones together.
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

  /// Counts the secrets that verified a request, each of them once.
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

  func note(_ rejection: WebhookActivity.LastRejection) {
    kept.withLock { kept in
      kept.note(rejection)
      hasRefusals.store(true, ordering: .relaxed)
    }
  }

  /// Takes over the digest of the filters. If it changed, the run of unwanted deliveries starts
  /// anew.
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

  /// Takes over whether deliveries are expected. If they weren't until now, the time counts from
  /// `now`.
  func expect(_ isExpecting: Bool, at now: Date) {
    kept.withLock { kept in
      kept.expectedSince = isExpecting ? kept.expectedSince ?? now : nil
      kept.since = kept.since ?? now
    }
  }
}

/// Counts what deliveries bring to one incoming configuration, in this process.
public final class IncomingCounters: Sendable {
  private let created = Atomic(0)
  private let whole = Atomic(0)
  /// The time of the last commit in microseconds since 1970; 0 for never.
  private let last = Atomic(0)

  /// The number of tasks that were committed.
  public var tasks: Int { created.load(ordering: .relaxed) }
  /// The number of deliveries that went whole into `failed/`, because they couldn't be routed.
  public var failed: Int { whole.load(ordering: .relaxed) }
  /// The time of the last commit into its spool; nil for never in this process.
  public var lastCommit: Date? {
    let last = last.load(ordering: .relaxed)
    return last == 0 ? nil : Date(timeIntervalSince1970: Double(last) / 1e6)
  }

  func note(_ outcome: RouteStep.Outcome, at now: Date) {
    switch outcome {
    case .tasks(0), .unwanted, .skipped: return
    case .tasks(let count): created.add(count, ordering: .relaxed)
    case .failed: whole.add(1, ordering: .relaxed)
    }
    last.store(Int(now.timeIntervalSince1970 * 1e6), ordering: .relaxed)
  }
}
