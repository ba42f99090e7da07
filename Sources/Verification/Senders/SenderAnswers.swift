/// A sender's requirements on the answers to its deliveries.
public struct SenderAnswers: Sendable {
  /// The answer to an accepted delivery; nil if the usual one will do.
  public var accepted: Answer?
  /// The status of a permanent rejection; nil for the usual 4xx. Some senders react badly to a 4xx.
  public var refused: Int?
  /// Whether the answers to deliveries, accepted or refused, have an empty body. Answers to
  /// handshakes keep theirs.
  public var mustBeEmpty = false
  /// The sender's reactions to statuses, in words for an administrator; empty if they aren't known.
  public var words = ""

  /// Makes the requirements. By default there aren't any.
  public init(
    accepted: Answer? = nil, refused: Int? = nil, mustBeEmpty: Bool = false,
    words: String = ""
  ) {
    self.accepted = accepted
    self.refused = refused
    self.mustBeEmpty = mustBeEmpty
    self.words = words
  }
}
