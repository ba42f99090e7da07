import Spooling
import Verification

/// What is to become of a delivery. Making one has no effect: the receiver carries it out, `explain`
/// prints it.
public struct Decision: Sendable {
  /// The ends that a delivery can come to.
  public enum Verdict: Sendable {
    /// Verified; answered with success once the commit is durable.
    case accepted(Commit)
    /// A handshake, which a pre-processor answers, once what it leaves behind is durable; no task.
    case answered(Answer, Commit)
    /// A copy of a delivery that was accepted before, under this id; answered with success.
    case repeated(of: String)
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

  /// Its body without the content coding that it came with; nil if it had none, or was refused before.
  var decoded: DecodedBody?
  /// The SHA-256 of its body in hexadecimal digits, where it was worked out.
  var bodySHA256: String?
  /// Why `delivery_id` found no id in it; nil where it found one, or there is no such key.
  var missingID: String?
  /// What it leaves for post-processors, where it was accepted and there are some.
  var records: PostProcessRecords?

  /// The key for want of which it was refused; nil if it wasn't.
  var wantedKey: WantedKey? {
    guard case .rejected(let rejection) = verdict, let url = rejection.wantedKey, let webhook
    else { return nil }
    let fixed = webhook.preProcessors.flatMap(\.check.senders).flatMap(\.keyURLs)
    return WantedKey(url: url, webhook: webhook.identifier.text, isFixed: fixed.contains(url))
  }

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
