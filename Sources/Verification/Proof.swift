/// The result of a rule that let a request pass, with the facts that it learned.
public struct Proof: Sendable, Equatable {
  /// The verified part of the request, as `data.verified` of a task names it:
  /// `header:X-Webhook-Secret`.
  public var verified: String
  /// The name of the secret that matched; nil if the secret has no name, or none was needed.
  public var secretName: String?
  /// The sender's own id of the delivery, the same over all its retries; nil if the rule doesn't
  /// know it.
  public var senderDelivery: String?
  /// The headers that carry a secret, in lower case. They are left out of the task.
  public var omittedHeaders: Set<String>
  /// The query parameters that carry a secret. They are masked in the task.
  public var maskedParameters: Set<String>

  /// Makes a proof. Only `verified` is required: every other fact is absent by default.
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
