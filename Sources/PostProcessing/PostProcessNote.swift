import Webhooks

/// Something for the log: an attempt that failed, what a program said, or a spool that can't be used.
public struct PostProcessNote: Sendable {
  public let webhook: String
  /// The post-processor's name.
  public let postProcessor: String
  /// Partly a server's or a program's words: it may hold anything.
  public let text: String
  /// Whether no record can be worked on as long as it is so.
  public let isProblem: Bool

  init(_ spool: RecordSpool, _ text: String, isProblem: Bool = false) {
    webhook = spool.webhook.text
    postProcessor = spool.postProcessor.name
    self.text = text
    self.isProblem = isProblem
  }
}
