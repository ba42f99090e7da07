import Bytes
import FoundationEssentials

/// The counts and times of one webhook, which outlast restarts of the responder.
public struct WebhookActivity: Sendable, Equatable, Codable {
  /// The number of requests that a secret or public key verified, and the time of the last one.
  public struct Match: Sendable, Equatable, Codable {
    /// The number of requests that it verified.
    public var count: Int
    /// The time of the last one.
    public var last: Date

    /// Creates the counts of one secret or public key.
    public init(count: Int, last: Date) {
      self.count = count
      self.last = last
    }
  }

  /// The last delivery that was refused.
  public struct LastRejection: Sendable, Equatable, Codable {
    /// The time when the delivery came in.
    public var time: Date
    /// The check that refused the delivery, by its name in the log.
    public var check: String
    /// The delivery's id, which finds its entry in the log.
    public var delivery: String
    /// Whether the sender was asked to try again.
    public var isTemporary: Bool
    let clock: SignedSeconds?
    /// The seconds by which the delivery's timestamp was ahead of our clock; nil if that wasn't the
    /// cause.
    public var clockDifference: Int? { clock?.value }

    /// - Parameters:
    ///   - time: the time when the delivery came in.
    ///   - check: the check that refused the delivery, by its name in the log.
    ///   - delivery: the delivery's id.
    ///   - isTemporary: whether the sender was asked to try again.
    ///   - clockDifference: the seconds by which the delivery's timestamp was ahead of our clock;
    ///     nil if that wasn't the cause.
    public init(
      time: Date, check: String, delivery: String, isTemporary: Bool, clockDifference: Int? = nil
    ) {
      self.time = time
      self.check = check
      self.delivery = delivery
      self.isTemporary = isTemporary
      clock = clockDifference.map { SignedSeconds($0) }
    }
  }

  /// A run of deliveries that no incoming configuration wanted.
  public struct Unwanted: Sendable, Equatable, Codable {
    /// The number of deliveries in the run, at least 1.
    public var count: Int
    /// The time of the first delivery in the run.
    public var since: Date

    /// Creates a run.
    public init(count: Int, since: Date) {
      self.count = count
      self.since = since
    }
  }

  /// A run of deliveries that were refused because their timestamps differ from our clock by the
  /// same span. A success ends the run.
  public struct ClockDifference: Sendable, Equatable, Codable {
    /// The number of refusals in the run, at least 1.
    public var count: Int
    let difference: SignedSeconds
    /// The seconds by which the first timestamp was ahead of our clock; negative if it was behind.
    public var seconds: Int { difference.value }
    /// The last timestamp, in seconds since 1970: a retry of the same delivery counts only once.
    let timestamp: SignedSeconds
    /// The most seconds by which the difference of a delivery may deviate from the first.
    private static let tolerance = 60.0

    /// Creates a run. Each argument is described at its property.
    public init(count: Int, seconds: Int, timestamp: Int) {
      self.count = count
      difference = SignedSeconds(seconds)
      self.timestamp = SignedSeconds(timestamp)
    }

    /// Returns the run with one more refusal. If its difference deviates too far, a new run begins
    /// with this refusal.
    func adding(_ seconds: Int, at now: Date) -> ClockDifference {
      let timestamp = Int(clamping: Int64(now.timeIntervalSince1970)) &+ seconds
      guard abs(Double(seconds) - Double(self.seconds)) <= Self.tolerance else {
        return ClockDifference(count: 1, seconds: seconds, timestamp: timestamp)
      }
      if abs(Double(timestamp) - Double(self.timestamp.value)) <= 1 { return self }
      return ClockDifference(count: count &+ 1, seconds: self.seconds, timestamp: timestamp)
    }
  }

  /// Seconds with a sign, bounded: readers of the status file take a negative number, and one that
  /// is too large, for damage.
  struct SignedSeconds: Sendable, Equatable, Codable {
    let seconds: Int
    let isNegative: Bool

    init(_ value: Int) {
      seconds = Int(min(value.magnitude, UInt(Int.mostBelieved)))
      isNegative = value < 0
    }

    var value: Int { isNegative ? -seconds : seconds }
  }

  /// The most names in `secrets`. The keys that a sender publishes have names that it chooses, so
  /// the number must be bounded.
  static let mostNames = 100

  /// The matches by the name of the secret or public key.
  public var secrets: [String: Match] = [:]
  /// The numbers of deliveries by the word of their outcome.
  public var counts: [String: Int] = [:]
  /// The time when counting began.
  public var since: Date?
  /// The time of the last verified delivery.
  public var lastDelivery: Date?
  /// The last refusal; nil if there wasn't one.
  public var lastRefusal: LastRejection?
  /// The time of the first refusal since the last success; nil if there wasn't one.
  public var refusedSince: Date?
  /// The time of the first temporary refusal since the last success; nil if there wasn't one.
  public var unavailableSince: Date?
  /// The time since which deliveries are expected; nil if `expect_every` isn't set.
  public var expectedSince: Date?
  /// The run of unwanted deliveries; nil if the last delivery was wanted.
  public var unwanted: Unwanted?
  /// The run of wrong timestamps; nil if there wasn't one since the last success.
  public var clock: ClockDifference?
  /// The digest of the filters that `unwanted` was counted for.
  var filters: String?

  /// Creates the activity of a webhook that no delivery came to yet.
  public init() {}

  /// Decodes also the files of older responders, which lack some keys.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    secrets = try values.decodeIfPresent([String: Match].self, forKey: .secrets) ?? [:]
    counts = try values.decodeIfPresent([String: Int].self, forKey: .counts) ?? [:]
    since = try values.decodeIfPresent(Date.self, forKey: .since)
    lastDelivery = try values.decodeIfPresent(Date.self, forKey: .lastDelivery)
    lastRefusal = try values.decodeIfPresent(LastRejection.self, forKey: .lastRefusal)
    refusedSince = try values.decodeIfPresent(Date.self, forKey: .refusedSince)
    unavailableSince = try values.decodeIfPresent(Date.self, forKey: .unavailableSince)
    expectedSince = try values.decodeIfPresent(Date.self, forKey: .expectedSince)
    unwanted = try values.decodeIfPresent(Unwanted.self, forKey: .unwanted)
    clock = try values.decodeIfPresent(ClockDifference.self, forKey: .clock)
    filters = try values.decodeIfPresent(String.self, forKey: .filters)
  }

  /// Returns the number of deliveries with this outcome.
  public func count(of outcome: DeliveryOutcome) -> Int { counts[outcome.word] ?? 0 }

  /// The time of the last verified delivery, but not before deliveries became expected; nil if none
  /// are expected.
  public var quietSince: Date? {
    expectedSince.map { max($0, lastDelivery ?? .distantPast) }
  }

  /// Counts one match. Beyond `mostNames`, the name with the oldest match is forgotten.
  mutating func noteMatch(of name: String, at now: Date) {
    let count = secrets[name]?.count ?? 0
    secrets[name] = Match(count: count + 1, last: now)
    guard secrets.count > Self.mostNames else { return }
    secrets = secrets.filter { $0.key != secrets.min { $0.value.last < $1.value.last }?.key }
  }

  mutating func note(_ rejection: LastRejection) {
    lastRefusal = rejection
    refusedSince = refusedSince ?? rejection.time
    if rejection.isTemporary { unavailableSince = unavailableSince ?? rejection.time }
    guard let seconds = rejection.clockDifference else { return }
    let none = ClockDifference(count: 0, seconds: seconds, timestamp: .min)
    clock = (clock ?? none).adding(seconds, at: rejection.time)
  }

  mutating func noteSuccess() {
    refusedSince = nil
    unavailableSince = nil
    clock = nil
  }
}
