import Spooling
import Verification

/// What is to become of a delivery. Making one has no effect: the receiver carries it out, `explain`
/// prints it.
public struct Decision: Sendable {
  /// The ends that a delivery can come to.
  public enum Verdict: Sendable {
    /// Verified; answered with success once the commit is durable.
    case accepted(Commit)
    /// A handshake, which a pre-processor answers; nothing stored.
    case answered(Answer)
    /// Refused, nothing stored.
    case rejected(Rejection)
  }

  public var verdict: Verdict
  /// The webhook that it was sent to, if there is one that is not disabled or broken.
  public var webhook: Webhook?
  /// What the pre-processors learned of it.
  public var proof: Proof
  /// What each pre-processor that was asked said, in their order.
  public var steps: [PreProcessorStep]
  /// What became of it at each incoming configuration, in their order, where it was accepted.
  public var routes: [RouteStep] = []

  init(
    _ verdict: Verdict, webhook: Webhook?, proof: Proof = Proof(verified: "none"),
    steps: [PreProcessorStep] = []
  ) {
    self.verdict = verdict
    self.webhook = webhook
    self.proof = proof
    self.steps = steps
  }
}
