import Verification

/// Where one webhook's sender publishes keys that have to be fetched.
public struct KeySource: Sendable {
  /// The webhook's identifier.
  public let webhook: String
  /// The sender's name.
  public let sender: String
  /// Fixed URLs, which are fetched now and then.
  public let urls: [String]
  /// The hosts of keys whose URL a delivery names.
  public let hosts: [HostPattern]
  /// How a fetch logs in; nil where the keys are there for everyone.
  public let login: KeyLogin?

  /// Whether something may be fetched from a URL.
  public func allows(_ url: String) -> Bool {
    urls.contains(url) || hosts.contains { $0.matches(url: url) }
  }
}

extension Snapshot {
  /// Where the senders of all webhooks that take deliveries publish their keys.
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

  /// The same configuration with these fetched keys, besides those that it names itself.
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
