/// Why a rule did not let a request pass. It is said in the log, never to the sender.
public struct Refusal: Error, Sendable, Equatable {
  /// What follows from it: the status in the answer.
  public enum Kind: Sendable {
    /// The sender did not prove who it is: 401.
    case unverified
    /// The sender is known not to be allowed: 403.
    case forbidden
    /// The content is of a kind that is not taken: 415.
    case unsupported
    /// It can't be told yet, for want of a key: 503, and the sender tries again.
    case unavailable
  }

  /// What follows from it.
  public let kind: Kind
  /// What was wrong, for an administrator: names and lengths, never a secret or an expected signature.
  public let reason: String
  /// The URL of the key that is wanting, on a host that the sender's preset allows; nil if the
  /// refusal has another cause.
  public var wantedKey: String?
  /// Seconds by which the request's timestamp is ahead of our clock, negative where it is behind; nil if the
  /// refusal has another cause.
  public var clockDifference: Int?

  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// The same refusal, with more to say.
  public func adding(_ more: String) -> Refusal {
    var refusal = Refusal(kind, "\(reason); \(more)")
    refusal.wantedKey = wantedKey
    return refusal
  }

  public static func unverified(_ reason: String) -> Refusal { Refusal(.unverified, reason) }
  /// For a timestamp that is so many seconds ahead of our clock, or behind.
  static func stale(_ reason: String, ahead seconds: Int) -> Refusal {
    var refusal = unverified(reason)
    refusal.clockDifference = seconds
    return refusal
  }
  public static func forbidden(_ reason: String) -> Refusal { Refusal(.forbidden, reason) }
  public static func unsupported(_ reason: String) -> Refusal { Refusal(.unsupported, reason) }
  public static func unavailable(_ reason: String) -> Refusal { Refusal(.unavailable, reason) }
}
