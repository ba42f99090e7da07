/// Why no example of a delivery can be made that a rule would accept.
public struct Unsignable: Error, Sendable, Equatable {
  /// In words, for an administrator; no secret is in them.
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}
