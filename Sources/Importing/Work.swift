import Spooling

/// What is done with claimed tasks: a command for importers, a request for post-processors.
public protocol Work: Sendable {
  /// Works on some tasks together, and says what became of all of them. Several threads call it.
  ///
  /// The claims are the caller's to end.
  ///
  /// - Parameter stop: whoever asks for it wants the work to end, or to be given up, by its deadline.
  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome
}
