/// The reason why a drain can't go on.
public struct DrainError: Error, Sendable, CustomStringConvertible {
  /// The reason in words, which can be the system's.
  public let description: String

  /// Makes an error from its reason.
  public init(_ description: String) { self.description = description }
}
