import Verification

/// The places where one webhook's sender publishes keys that have to be fetched.
public struct KeySource: Sendable {
  /// The webhook's identifier.
  public let webhook: String
  /// The sender's name.
  public let sender: String
  /// The fixed URLs, which are fetched periodically.
  public let urls: [String]
  /// The hosts that a key may be fetched from if a delivery names its URL.
  public let hosts: [HostPattern]
  /// The login for a fetch; nil if the keys are public.
  public let login: KeyLogin?

  /// Returns whether this URL may be fetched.
  public func allows(_ url: String) -> Bool {
    urls.contains(url) || hosts.contains { $0.matches(url: url) }
  }
}

extension Snapshot {
  /// The key sources of all webhooks that take deliveries.
  public var keySources: [KeySource] {
    webhooks.sorted { $0.key.text < $1.key.text }.flatMap { identifier, entry -> [KeySource] in
      guard case .ready(let webhook) = entry else { return [] }
      return webhook.preProcessors.flatMap(\.check.senders)
        .filter { !$0.keyURLs.isEmpty || !$0.keyHosts.isEmpty }
        .map { sender in
          KeySource(
            webhook: identifier.text, sender: sender.sender.name, urls: sender.keyURLs,
            hosts: sender.keyHosts, login: sender.sender.keyLogin)
        }
    }
  }

  /// Returns the same configuration with these fetched keys, in addition to the configured ones.
  func with(fetched: KeyStore) -> Snapshot {
    Snapshot(
      generation: generation, settings: settings,
      webhooks: webhooks.mapValues { entry in
        switch entry {
        case .ready(let webhook): .ready(webhook.with(fetched: fetched, settings))
        case .disabled(let webhook): .disabled(webhook.with(fetched: fetched, settings))
        case .broken: entry
        }
      }, incoming: incoming, problems: problems)
  }
}
