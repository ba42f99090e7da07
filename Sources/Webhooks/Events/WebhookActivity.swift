import Foundation

/// What was seen of one webhook, over restarts of the responder.
public struct WebhookActivity: Sendable, Equatable, Codable {
  /// How often a secret or public key verified a request, and when last.
  public struct Match: Sendable, Equatable, Codable {
    public var count: Int
    public var last: Date

    public init(count: Int, last: Date) {
      self.count = count
      self.last = last
    }
  }

  /// The most names of which matches are kept: senders that publish their keys name them, too.
  static let mostNames = 100

  /// By the secret's name.
  public var secrets: [String: Match] = [:]

  public init() {}

  /// Counts one match. Beyond `mostNames`, the name that matched the longest time ago is forgotten.
  mutating func noteMatch(of name: String, at now: Date) {
    let count = secrets[name]?.count ?? 0
    secrets[name] = Match(count: count + 1, last: now)
    guard secrets.count > Self.mostNames else { return }
    secrets = secrets.filter { $0.key != secrets.min { $0.value.last < $1.value.last }?.key }
  }
}
