import FoundationEssentials

/// The signature of what we send, by Standard Webhooks, version 1: HMAC-SHA256 over the message's
/// id, the moment of the attempt and the body, with every secret whose end hasn't passed.
public struct StandardWebhookSignature: Sendable {
  private let secrets: [Secret]

  /// - Parameter secrets: The secrets, each `whsec_` and base64, or base64 alone.
  public init(secrets: [Secret]) { self.secrets = secrets }

  /// The problems of the secrets, for `check`.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations(.whsec) }

  /// Signs one attempt.
  ///
  /// - Parameters:
  ///   - id: The message's id, the same in all attempts.
  ///   - body: The message's body.
  ///   - now: The moment of the attempt.
  /// - Returns: The three headers of the attempt; nil if no secret can sign at this moment.
  public func headers(
    id: String, body: [UInt8], at now: Date
  ) -> [(name: String, value: String)]? {
    let time = String(Int(now.timeIntervalSince1970))
    let message = Array("\(id).\(time).".utf8) + body
    let signatures = secrets.filter { $0.isUsable(at: now) }
      .compactMap { KeyForm.whsec.key(of: $0.bytes) }
      .map { HashName.sha256.authenticationCode(of: message, key: $0) }
      .map { "v1," + Data($0).base64EncodedString() }
    guard !signatures.isEmpty else { return nil }
    return [
      ("webhook-id", id), ("webhook-timestamp", time),
      ("webhook-signature", signatures.joined(separator: " ")),
    ]
  }
}
