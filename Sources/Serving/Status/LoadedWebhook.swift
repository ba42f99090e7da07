import Foundation
import Webhooks

/// A webhook as the responder has loaded it, without anything that is secret.
public struct LoadedWebhook: Sendable, Equatable, Codable {
  /// `active`, `waiting`, `disabled` or `broken`.
  public var state: String
  /// What people call it; its identifier where it is broken.
  public var name: String
  public var url: String?
  public var incoming: [String]
  /// The names of its post-processors; none where it is broken.
  public var postProcessors: [String]
  /// A delivery is expected within so many seconds.
  public var expectEvery: Double?
  public var secrets: [Secret]

  /// One of its secrets or public keys: never a value.
  public struct Secret: Sendable, Equatable, Codable {
    public var name: String
    /// The list that it is in: `pre_processors[0].secrets`.
    public var list: String
    public var notAfter: Date?
  }

  init(
    state: String, name: String, url: String?, incoming: [String], postProcessors: [String],
    expectEvery: Double?, secrets: [Secret]
  ) {
    self.state = state
    self.name = name
    self.url = url
    self.incoming = incoming
    self.postProcessors = postProcessors
    self.expectEvery = expectEvery
    self.secrets = secrets
  }

  init(_ entry: Snapshot.Entry, _ identifier: Identifier, url: String?) {
    switch entry {
    case .ready(let webhook), .disabled(let webhook): self.init(webhook, state: entry.word)
    case .broken:
      self.init(
        state: entry.word, name: identifier.text, url: url, incoming: [], postProcessors: [],
        expectEvery: nil, secrets: [])
    }
  }

  private init(_ webhook: Webhook, state: String) {
    self.init(
      state: state, name: webhook.name, url: webhook.publicURL,
      incoming: webhook.incoming.map(\.identifier.text),
      postProcessors: webhook.allPostProcessors.map(\.name),
      expectEvery: webhook.expectEvery.map { $0 / .seconds(1) },
      secrets: webhook.secrets.map {
        Secret(name: $0.name, list: $0.path, notAfter: $0.notAfter)
      })
  }

  /// What may be said of every webhook of a snapshot, by identifier.
  static func all(of snapshot: Snapshot) -> [String: LoadedWebhook] {
    snapshot.webhooks.reduce(into: [:]) { all, one in
      all[one.key.text] = LoadedWebhook(
        one.value, one.key, url: snapshot.settings.publicURL(of: one.key))
    }
  }
}
