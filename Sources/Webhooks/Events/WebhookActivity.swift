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

    public init(time: Date, check: String, delivery: String, isTemporary: Bool) {
      self.time = time
      self.check = check
      self.delivery = delivery
      self.isTemporary = isTemporary
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
  }

  mutating func noteSuccess() {
    refusedSince = nil
    unavailableSince = nil
  }
}
