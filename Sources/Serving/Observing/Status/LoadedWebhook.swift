import Bytes
import FoundationEssentials
import Webhooks

/// A webhook as the responder has loaded it, without any secret.
public struct LoadedWebhook: Sendable, Equatable, Codable {
  /// `active`, `waiting`, `disabled` or `broken`.
  public var state: String
  /// The name for people; the identifier where the webhook is broken.
  public var name: String
  /// The webhook's public URL; nil if it isn't known.
  public var url: String?
  /// The identifiers of its incoming configurations.
  public var incoming: [String]
  /// The names of the post-processors; empty where the webhook is broken.
  public var postProcessors: [String]
  /// Within how many seconds a delivery is expected; nil if there isn't such an expectation.
  public var expectEvery: Double?
  /// The secrets and public keys that its file names; empty where the webhook is broken.
  public var secrets: [Secret]

  /// A secret or public key of the webhook, without its value.
  public struct Secret: Sendable, Equatable, Codable {
    /// The name of the secret, which is never its value.
    public var name: String
    /// The path of the list that holds the secret: `pre_processors[0].secrets`.
    public var list: String
    /// The moment after which the secret no longer matches; nil for no end.
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

  /// Adds its members in snake case.
  func write(to json: inout JSONObjectWriter) {
    json.add("state", state)
    json.add("name", name)
    json.add("url", url)
    json.add("incoming", incoming)
    json.add("post_processors", postProcessors)
    json.add("expect_every", expectEvery)
    json.add("secrets", secrets) {
      $1.add("name", $0.name)
      $1.add("list", $0.list)
      $1.add("not_after", $0.notAfter)
    }
  }

  /// Returns every webhook of a snapshot, by identifier.
  static func all(of snapshot: Snapshot) -> [String: LoadedWebhook] {
    snapshot.webhooks.reduce(into: [:]) { all, one in
      all[one.key.text] = LoadedWebhook(
        one.value, one.key, url: snapshot.settings.publicURL(of: one.key))
    }
  }
}
