import Webhooks

/// An event for the log: an attempt that failed, output of a program, or a spool that can't be
/// used.
public struct PostProcessNote: Sendable {
  /// The webhook's identifier.
  public let webhook: String
  /// The post-processor's name.
  public let postProcessor: String
  /// The event in words. Some may come from a server or a program, so the text can contain
  /// anything.
  public let text: String
  /// Whether the event keeps all records of the spool from being worked on.
  public let isProblem: Bool

  init(_ spool: RecordSpool, _ text: String, isProblem: Bool = false) {
    webhook = spool.webhook.text
    postProcessor = spool.postProcessor.name
    self.text = text
    self.isProblem = isProblem
  }
}
