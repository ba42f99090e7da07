import Verification

/// A refused delivery. Permanent ones (4xx) stored nothing; temporary ones (503) ask the sender to try again.
public struct Rejection: Error, Sendable, Equatable {
  /// What was refused for, as the table of answers tells them apart.
  public enum Cause: String, Sendable {
    case unknown, disabled, method, unverified, forbidden, tooLarge, unsupported, unreadable
    case unavailable
  }

  public let cause: Cause
  /// The check that refused, of a few fixed words: `signature`, `body`, `spool`. Bounds what is logged.
  public let check: String
  /// What was wrong, for the log. The sender is never told.
  public let reason: String
  /// The methods that would have been taken, where the method was refused.
  public var allowedMethods: [String] = []
  /// Whether it would have been answered with the door open for a secret that the sender brings.
  public var needsDoor = false
  /// The URL of the key that is wanting, where it was refused for that.
  public var wantedKey: String?
  /// Seconds by which its timestamp was ahead of our clock, where it was refused for that.
  public var clockDifference: Int?

  public init(_ cause: Cause, check: String, _ reason: String) {
    self.cause = cause
    self.check = check
    self.reason = reason
  }

  /// Maps what a rule of Verification says.
  public init(_ refusal: Refusal, check: String) {
    let cause: Cause =
      switch refusal.kind {
      case .unverified: .unverified
      case .forbidden: .forbidden
      case .unsupported: .unsupported
      case .unavailable: .unavailable
      }
    self.init(cause, check: check, refusal.reason)
    wantedKey = refusal.wantedKey
    clockDifference = refusal.clockDifference
  }

  public static func unavailable(check: String, _ reason: String) -> Rejection {
    Rejection(.unavailable, check: check, reason)
  }

  public var isTemporary: Bool { cause == .unavailable }

  /// The status that the sender gets unless the webhook's `response` maps it.
  public var status: Int {
    switch cause {
    case .unknown, .disabled: 404
    case .method: 405
    case .unverified: 401
    case .forbidden: 403
    case .tooLarge: 413
    case .unsupported: 415
    case .unreadable: 400
    case .unavailable: 503
    }
  }
}
