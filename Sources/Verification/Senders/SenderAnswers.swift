/// What a sender insists on in the answers to its deliveries.
public struct SenderAnswers: Sendable {
  /// The answer to a delivery that was accepted, where the usual one will not do.
  public var accepted: HandshakeAnswer?
  /// The status of a permanent refusal, where a 4xx of ours would do harm; nil for the usual one.
  public var refused: Int?
  /// Whether the answers to deliveries, accepted or refused, have nothing in the body; what a
  /// handshake is answered has its own.
  public var mustBeEmpty = false
  /// What the sender makes of statuses, for an administrator; empty if nothing is known.
  public var words = ""

  public init(
    accepted: HandshakeAnswer? = nil, refused: Int? = nil, mustBeEmpty: Bool = false,
    words: String = ""
  ) {
    self.accepted = accepted
    self.refused = refused
    self.mustBeEmpty = mustBeEmpty
    self.words = words
  }
}
