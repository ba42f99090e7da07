import FoundationEssentials
import Logging
import Webhooks

/// The values from which on something is a warning, or critical.
public struct HealthLimits: Sendable {
  /// Two limits. A value that equals a limit has reached it.
  public struct Pair<Value: Comparable & Sendable>: Sendable {
    /// The least value that is a warning.
    public var warning: Value
    /// The least value that is critical.
    public var critical: Value

    /// Creates two limits.
    public init(_ warning: Value, _ critical: Value) {
      self.warning = warning
      self.critical = critical
    }

    func level(_ value: Value) -> Finding.Level? {
      value >= critical ? .critical : value >= warning ? .warning : nil
    }
  }

  /// The age of the oldest task that waits in a spool.
  public var oldest = Pair(Duration.seconds(3600), .seconds(86_400))
  /// The number of tasks that wait in a spool.
  public var waiting = Pair(10_000, 100_000)
  /// The age of the oldest task that was acknowledged and is not in its spool yet.
  public var unpublished = Pair(Duration.seconds(10), .seconds(60))
  /// The number of tasks in a spool's `failed/`.
  public var failed = Pair(1, 1_000)
  /// How long a sender has been refused with 503, without a success.
  public var refused = Pair(Duration.seconds(300), .seconds(3600))
  /// How long before a secret's `not_after` the warning comes.
  public var expires = Duration.seconds(14 * 86_400)
  /// How long post-processing has been failing, without a success.
  public var postprocess = Pair(Duration.seconds(600), .seconds(86_400))
  /// How long a relay has been failing, without a success.
  public var relay = Pair(Duration.seconds(300), .seconds(86_400))
  /// The greatest age of the responder's status file.
  public var fresh = Duration.seconds(30)
  /// The number of deliveries refused for the same difference of clocks that makes a warning.
  let clock = 3
  /// Numbers of unwanted deliveries in a row that make a warning: where none was ever wanted, and
  /// where all were wanted before.
  private let neverWanted = 3
  private let wantedBefore = 10

  /// Creates the usual limits.
  public init() {}

  /// Returns how many unwanted deliveries in a row are too many. The fewer were wanted before, the
  /// more are normal: at one in five it is five times `wantedBefore`.
  func unwanted(_ seen: WebhookActivity) -> Int {
    let wanted = seen.count(of: .accepted)
    guard wanted > 0 else { return neverWanted }
    let before = Double(seen.count(of: .unwanted)) - Double(seen.unwanted?.count ?? 0)
    let share = 1 + max(before, 0) / Double(wanted)
    return Int(min(Double(wantedBefore) * share, 1e9))
  }
}

/// Logs, once each, that a webhook is silent against its `expect_every` or that its sender has been
/// refused with 503 for a while; and later that this is over.
struct Alarms {
  private var raised: [String: Finding] = [:]

  mutating func update(_ file: StatusFile, at now: Date, log: Logger) {
    let findings = Health(limits: HealthLimits()).webhooks(file, at: now)
      .filter { $0.kind == .silence || $0.kind == .sender }
    let current = Dictionary(
      findings.map { ("\($0.kind) \($0.subject)", $0) }, uniquingKeysWith: { first, _ in first })
    for (key, finding) in current.sorted(by: { $0.key < $1.key }) where raised[key] == nil {
      log.note(finding.kind == .silence ? .silence : .refusals, finding.fields)
    }
    for (key, finding) in raised.sorted(by: { $0.key < $1.key }) where current[key] == nil {
      log.note(.over, ["webhook": "\(finding.subject)", "what": "\(finding.words)"])
    }
    raised = current
  }
}

extension Finding {
  fileprivate var fields: Logger.Metadata {
    ["webhook": "\(subject)", "reason": "\(words)", "remedy": "\(remedy)"]
  }
}
