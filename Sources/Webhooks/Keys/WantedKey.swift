/// A key that a delivery was in want of, noted for `levelwind keys refresh`.
public struct WantedKey: Sendable, Codable, Equatable {
  /// Where the sender publishes it. Whoever fetches it checks it against the sender's hosts again.
  public let url: String
  /// The webhook that it was wanted by.
  public let webhook: String

  /// Whether the sender publishes it at a URL that no delivery can choose. In the note's name, not in it.
  var isFixed = false

  private enum CodingKeys: CodingKey { case url, webhook }

  public init(url: String, webhook: String, isFixed: Bool = false) {
    self.url = url
    self.webhook = webhook
    self.isFixed = isFixed
  }
}
