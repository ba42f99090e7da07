import Webhooks

/// From where on something is a warning, or critical.
public struct HealthLimits: Sendable {
  /// A pair of both; reached, not passed.
  public struct Pair<Value: Comparable & Sendable>: Sendable {
    public var warning: Value
    public var critical: Value

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
  /// Tasks that wait in a spool.
  public var waiting = Pair(10_000, 100_000)
  /// The age of the oldest task that was acknowledged and is not in its spool yet.
  public var unpublished = Pair(Duration.seconds(10), .seconds(60))
  /// Tasks in a spool's `failed/`.
  public var failed = Pair(1, 1_000)
  /// How long a sender has been refused with 503, without a success.
  public var refused = Pair(Duration.seconds(300), .seconds(3600))
  /// A warning so long before a secret's `not_after`.
  public var expires = Duration.seconds(14 * 86_400)
  /// How long post-processing has been failing, without a success.
  public var postprocess = Pair(Duration.seconds(600), .seconds(86_400))
  /// How old the responder's status file may be.
  public var fresh = Duration.seconds(30)
  /// Deliveries that are refused for the same difference of clocks.
  let clock = 3
  /// Deliveries in a row that nothing wanted: where none ever was wanted, and where all were before.
  private let neverWanted = 3
  private let wantedBefore = 10

  public init() {}

  /// How many deliveries that nothing wanted are too many in a row: where one in five was wanted before, it
  /// is five times as many as where all were.
  func unwanted(_ seen: WebhookActivity) -> Int {
    let wanted = seen.count(of: .accepted)
    guard wanted > 0 else { return neverWanted }
    let before = Double(seen.count(of: .unwanted)) - Double(seen.unwanted?.count ?? 0)
    let share = 1 + max(before, 0) / Double(wanted)
    return Int(min(Double(wantedBefore) * share, 1e9))
  }
}
