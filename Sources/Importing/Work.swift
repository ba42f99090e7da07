import Spooling

/// Work on claimed tasks: a command for importers, a request for post-processors.
public protocol Work: Sendable {
  /// Works on tasks together. Several threads call it at once.
  ///
  /// The caller ends the claims.
  ///
  /// - Parameters:
  ///   - claims: the tasks, at least one.
  ///   - stop: once it is requested, the work must end or be given up by its deadline.
  /// - Returns: one outcome for all of the tasks, or `each`.
  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome
}
