/// What a rule that let a request pass has learned of it.
public struct Proof: Sendable, Equatable {
  /// What was verified, as `data.verified` of a task says it: `header:X-Webhook-Secret`.
  public var verified: String
  /// The name of the secret that matched, if it has one.
  public var secretName: String?
  /// The sender's own id of the delivery, stable over its retries, where the rule knows it.
  public var senderDelivery: String?
  /// Headers that carry a secret, in lower case: they are left out of the task.
  public var omittedHeaders: Set<String>
  /// Query parameters that carry a secret: they are masked in the task.
  public var maskedParameters: Set<String>

  public init(
    verified: String, secretName: String? = nil, senderDelivery: String? = nil,
    omittedHeaders: Set<String> = [], maskedParameters: Set<String> = []
  ) {
    self.verified = verified
    self.secretName = secretName
    self.senderDelivery = senderDelivery
    self.omittedHeaders = omittedHeaders
    self.maskedParameters = maskedParameters
  }
}
