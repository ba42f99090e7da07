import Spooling
import Verification

/// The fate of a delivery. A decision has no effect by itself: the receiver carries it out, and
/// `explain` prints it.
public struct Decision: Sendable {
  /// The ways in which a delivery can end.
  public enum Verdict: Sendable {
    /// Verified. The answer is a success once the commit is durable.
    case accepted(Commit)
    /// A handshake. The pre-processor's answer is sent once the commit is durable, which has no
    /// task.
    case answered(Answer, Commit)
    /// A copy of a delivery that was accepted before under this id. The answer is a success.
    case repeated(of: String)
    /// Refused. No task is stored.
    case rejected(Rejection)
  }

  /// The way in which the delivery ends.
  public var verdict: Verdict
  /// The webhook that the delivery was sent to, also if it is disabled; nil if it doesn't exist or
  /// is broken.
  public var webhook: Webhook?
  /// The facts that the pre-processors learned about the delivery.
  public var proof: Proof
  /// The outcome of each pre-processor that ran, in their order.
  public var steps: [PreProcessorStep]
  /// The outcome at each incoming configuration, in their order. Empty unless the delivery was
  /// accepted.
  public var routes: [RouteStep] = []

  /// The body without its content coding; nil if it had none, or the delivery was refused before
  /// it was decoded.
  var decoded: DecodedBody?
  /// The SHA-256 of the body in hexadecimal digits; nil if it wasn't computed.
  var bodySHA256: String?
  /// The reason why `delivery_id` found no id; nil if it found one or isn't configured.
  var missingID: String?
  /// The records for post-processors; nil unless the delivery was accepted and post-processors are
  /// configured.
  var records: PostProcessRecords?

  /// The public key whose absence caused the rejection; nil if the cause is another.
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

/// The outcome of one pre-processor for a delivery.
public struct PreProcessorStep: Sendable, Equatable {
  /// The possible outcomes.
  public enum Outcome: Sendable, Equatable {
    case passed(Proof)
    /// A handshake, with the name of the secret that verified it, if one did.
    case answered(secretName: String?)
    case failed(Rejection)
    /// The pre-processor would have refused the delivery, but is only observed.
    case observed(Rejection)
  }

  /// The pre-processor's `type`.
  public let type: String
  /// The pre-processor's place in the webhook's list, from 0.
  public let index: Int
  /// The outcome for this delivery.
  public let outcome: Outcome
}
