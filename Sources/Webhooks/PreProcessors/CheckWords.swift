/// A webhook's pre-processor in words.
public struct CheckWords: Sendable, Equatable {
  /// What stands at its `type`.
  public let type: String
  /// The sender whose preset it is; nil if it is none.
  public let sender: String?
  /// What it checks, in a sentence or two; no secret is in it.
  public let words: String
  /// Whether what it refuses is let pass, and logged.
  public let isObserved: Bool

  init(_ configured: ConfiguredPreProcessor) {
    type = configured.type
    sender = configured.check.sender?.name
    words = configured.check.words
    isObserved = configured.isObserved
  }
}
