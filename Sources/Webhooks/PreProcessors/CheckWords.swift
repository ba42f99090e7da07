/// A description of one of a webhook's pre-processors.
public struct CheckWords: Sendable, Equatable {
  /// The value of its `type`.
  public let type: String
  /// The name of the sender's preset; nil for other types.
  public let sender: String?
  /// A description of the check, one or two sentences without any secret.
  public let words: String
  /// Whether a request that it refuses passes all the same, and the refusal is logged.
  public let isObserved: Bool

  init(_ configured: ConfiguredPreProcessor) {
    type = configured.type
    sender = configured.check.sender?.name
    words = configured.check.words
    isObserved = configured.isObserved
  }
}
