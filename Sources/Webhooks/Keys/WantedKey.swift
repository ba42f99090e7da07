/// A key that a delivery was in want of, noted for `levelwind keys refresh`.
public struct WantedKey: Sendable, Codable, Equatable {
  /// Where the sender publishes it. Whoever fetches it checks it against the sender's hosts again.
  public let url: String
  /// The webhook that it was wanted by.
  public let webhook: String

  public init(url: String, webhook: String) {
    self.url = url
    self.webhook = webhook
  }
}
