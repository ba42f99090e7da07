/// A refused delivery and the reason. The log shows the reason; the sender never sees it.
///
/// A permanent rejection (4xx) stored nothing. A temporary one (503) asks the sender to try again.
public struct Rejection: Error, Sendable, Equatable {
  /// The reason's class, one for each row of the table of answers (design, section 4).
  public enum Cause: String, Sendable {
    /// 401: the sender didn't prove who it is.
    case unverified
    /// 403: the sender isn't allowed, for instance because of its address.
    case forbidden
    /// 415: the content's type or coding isn't accepted.
    case unsupported
    /// 503: the delivery can't be judged yet, or can't be stored now. Many senders send it again.
    case unavailable
    /// 404 for both, so that a sender can't tell them apart.
    case unknown, disabled
    /// 405: the webhook doesn't take this method.
    case method
    /// 413: the body is larger than allowed.
    case tooLarge
    /// 400: the body is shorter than announced, or can't be read.
    case unreadable
  }

  /// The class of the reason. It decides the status.
  public let cause: Cause
  /// The check that refused, one of a few fixed words such as `signature`, `body` or `spool`, so
  /// that the log's categories are bounded. Rules leave it empty: the pre-processor that asked them
  /// sets it to its type.
  public var check: String
  /// The details for an administrator: names and lengths, never a secret or an expected signature.
  public let reason: String
  /// The URL of the missing key, on a host that the sender's preset allows; nil unless a missing
  /// key is the cause.
  public var wantedKey: String?
  /// Seconds by which the request's timestamp is ahead of our clock, negative if it is behind; nil
  /// unless the timestamp is the cause.
  public var clockDifference: Int?
  /// The methods that the webhook takes; empty unless the method is the cause.
  public var allowedMethods: [String] = []
  /// Whether the request would be answered while the webhook's door is open for a secret that the
  /// sender brings.
  public var needsDoor = false

  /// Makes a rejection. All other facts are absent.
  ///
  /// - Parameters:
  ///   - cause: The class of the reason.
  ///   - check: The check that refused; empty, the default, if the caller sets it later.
  ///   - reason: The details for an administrator, without any secret.
  public init(_ cause: Cause, check: String = "", _ reason: String) {
    self.cause = cause
    self.check = check
    self.reason = reason
  }

  /// Returns the rejection with an addition to its reason.
  public func adding(_ more: String) -> Rejection {
    var rejection = Rejection(cause, check: check, "\(reason); \(more)")
    rejection.wantedKey = wantedKey
    rejection.clockDifference = clockDifference
    return rejection
  }

  /// Returns a rejection with status 401: the sender didn't prove who it is.
  public static func unverified(_ reason: String) -> Rejection { Rejection(.unverified, reason) }
  /// Returns the rejection of a timestamp that is this many seconds ahead of our clock, or behind
  /// it if negative.
  static func stale(_ reason: String, ahead seconds: Int) -> Rejection {
    var rejection = unverified(reason)
    rejection.clockDifference = seconds
    return rejection
  }
  /// Returns a rejection with status 403: the sender isn't allowed.
  public static func forbidden(_ reason: String) -> Rejection { Rejection(.forbidden, reason) }
  /// Returns a rejection with status 415: the content's type or coding isn't accepted.
  public static func unsupported(_ reason: String) -> Rejection {
    Rejection(.unsupported, reason)
  }
  /// Returns a temporary rejection with status 503, by default without the name of a check.
  public static func unavailable(check: String = "", _ reason: String) -> Rejection {
    Rejection(.unavailable, check: check, reason)
  }

  /// Whether the sender is asked to try again.
  public var isTemporary: Bool { cause == .unavailable }

  /// The HTTP status of the answer, unless the webhook's `response` maps it to another.
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
