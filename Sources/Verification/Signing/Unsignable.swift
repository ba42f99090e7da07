/// The reason why no example of a delivery can be made that a rule would accept.
public struct Unsignable: Error, Sendable, Equatable {
  /// The reason in words for an administrator, without any secret.
  public let reason: String

  /// Makes a reason, which must not contain a secret.
  public init(_ reason: String) { self.reason = reason }
}
