import Foundation

/// What a sender publishes at a URL, as the key store keeps it.
public struct KeyFile: Sendable, Codable, Equatable {
  public let url: String
  /// When it was fetched.
  public let fetched: Date
  /// What was there: a JSON Web Key Set, a public key or a certificate.
  public let content: String

  public init(url: String, fetched: Date, content: String) {
    self.url = url
    self.fetched = fetched
    self.content = content
  }
}
