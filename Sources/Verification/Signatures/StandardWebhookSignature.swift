import Foundation

/// Signs what we send as Standard Webhooks, version 1, has it: HMAC-SHA256 over the message's id, the
/// moment of the attempt and the body, with every secret that is not past its last moment.
public struct StandardWebhookSignature: Sendable {
  private let secrets: [Secret]

  /// - Parameter secrets: `whsec_` and base64, or base64 alone.
  public init(secrets: [Secret]) { self.secrets = secrets }

  /// What is wrong with the secrets.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations(.whsec) }

  /// The headers of one attempt; nil where no secret can sign at this moment.
  ///
  /// - Parameter id: of the message, the same over all attempts.
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
