import Foundation

/// What was seen of one webhook, over restarts of the responder.
public struct WebhookActivity: Sendable, Equatable, Codable {
  /// How often a secret or public key verified a request, and when last.
  public struct Match: Sendable, Equatable, Codable {
    public var count: Int
    public var last: Date

    public init(count: Int, last: Date) {
      self.count = count
      self.last = last
    }
  }

  /// The last delivery that was refused.
  public struct Refusal: Sendable, Equatable, Codable {
    public var time: Date
    /// The check that refused it, as the log names it.
    public var check: String
    /// The id under which the log has the rest.
    public var delivery: String
    /// Whether its sender was asked to come again.
    public var isTemporary: Bool
    /// Seconds by which its timestamp was ahead of our clock, where it was refused for that.
    public var clockDifference: Int?

    public init(
      time: Date, check: String, delivery: String, isTemporary: Bool, clockDifference: Int? = nil
    ) {
      self.time = time
      self.check = check
      self.delivery = delivery
      self.isTemporary = isTemporary
      self.clockDifference = clockDifference
    }
  }

  /// Deliveries in a row that no incoming configuration wanted.
  public struct Unwanted: Sendable, Equatable, Codable {
    public var count: Int
    /// When the first of them came.
    public var since: Date

    public init(count: Int, since: Date) {
      self.count = count
      self.since = since
    }
  }

  /// Deliveries that were refused for timestamps that differ from our clock by the same, with no success in
  /// between.
  public struct ClockDifference: Sendable, Equatable, Codable {
    public var count: Int
    /// Seconds by which the first timestamp was ahead of our clock; negative where it was behind.
    public var seconds: Int
    /// The last timestamp, in seconds since 1970: a delivery that comes again counts once.
    var timestamp: Int
    /// How far one may be from the first, in seconds.
    private static let tolerance = 60.0

    public init(count: Int, seconds: Int, timestamp: Int) {
      self.count = count
      self.seconds = seconds
      self.timestamp = timestamp
    }

    /// The same with one refusal more; of that one alone where it differs by something else.
    func adding(_ seconds: Int, at now: Date) -> ClockDifference {
      let timestamp = Int(clamping: Int64(now.timeIntervalSince1970)) &+ seconds
      guard abs(Double(seconds) - Double(self.seconds)) <= Self.tolerance else {
        return ClockDifference(count: 1, seconds: seconds, timestamp: timestamp)
      }
      if abs(Double(timestamp) - Double(self.timestamp)) <= 1 { return self }
      return ClockDifference(count: count &+ 1, seconds: self.seconds, timestamp: timestamp)
    }
  }

  /// The most names of which matches are kept: senders that publish their keys name them, too.
  static let mostNames = 100

  /// By the secret's name.
  public var secrets: [String: Match] = [:]
  /// Deliveries by the word of their outcome.
  public var counts: [String: Int] = [:]
  /// Since when is counted.
  public var since: Date?
  /// When the last verified delivery came.
  public var lastDelivery: Date?
  public var lastRefusal: Refusal?
  /// When the first delivery was refused since the last success; nil if none was.
  public var refusedSince: Date?
  /// When the first delivery was refused for a while (503) since the last success; nil if none was.
  public var unavailableSince: Date?
  /// Since when deliveries are expected, where `expect_every` is set.
  public var expectedSince: Date?
  /// Nil where the last delivery was wanted.
  public var unwanted: Unwanted?
  /// Nil where none was refused for its timestamp since the last success.
  public var clock: ClockDifference?
  /// A digest of the filters that `unwanted` counts for.
  var filters: String?

  public init() {}

  /// Of files of older responders, too, which lack something.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    secrets = try values.decodeIfPresent([String: Match].self, forKey: .secrets) ?? [:]
    counts = try values.decodeIfPresent([String: Int].self, forKey: .counts) ?? [:]
    since = try values.decodeIfPresent(Date.self, forKey: .since)
    lastDelivery = try values.decodeIfPresent(Date.self, forKey: .lastDelivery)
    lastRefusal = try values.decodeIfPresent(Refusal.self, forKey: .lastRefusal)
    refusedSince = try values.decodeIfPresent(Date.self, forKey: .refusedSince)
    unavailableSince = try values.decodeIfPresent(Date.self, forKey: .unavailableSince)
    expectedSince = try values.decodeIfPresent(Date.self, forKey: .expectedSince)
    unwanted = try values.decodeIfPresent(Unwanted.self, forKey: .unwanted)
    clock = try values.decodeIfPresent(ClockDifference.self, forKey: .clock)
    filters = try values.decodeIfPresent(String.self, forKey: .filters)
  }

  /// How many deliveries ended so.
  public func count(of outcome: DeliveryOutcome) -> Int { counts[outcome.word] ?? 0 }

  /// When something was heard last, or began to be expected; nil if nothing is.
  public var quietSince: Date? {
    expectedSince.map { max($0, lastDelivery ?? .distantPast) }
  }

  /// Counts one match. Beyond `mostNames`, the name that matched the longest time ago is forgotten.
  mutating func noteMatch(of name: String, at now: Date) {
    let count = secrets[name]?.count ?? 0
    secrets[name] = Match(count: count + 1, last: now)
    guard secrets.count > Self.mostNames else { return }
    secrets = secrets.filter { $0.key != secrets.min { $0.value.last < $1.value.last }?.key }
  }

  mutating func note(_ refusal: Refusal) {
    lastRefusal = refusal
    refusedSince = refusedSince ?? refusal.time
    if refusal.isTemporary { unavailableSince = unavailableSince ?? refusal.time }
    guard let seconds = refusal.clockDifference else { return }
    let none = ClockDifference(count: 0, seconds: seconds, timestamp: .min)
    clock = (clock ?? none).adding(seconds, at: refusal.time)
  }

  mutating func noteSuccess() {
    refusedSince = nil
    unavailableSince = nil
    clock = nil
  }
}
