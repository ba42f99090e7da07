import Verification

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
      }, incoming: incoming, problems: problems, seen: seen)
  }

  /// Returns the same configuration with the learned secrets that are stored now.
  public func withLearned() -> Snapshot {
    guard webhooks.values.contains(where: { $0.ready?.isTaught ?? false }) else { return self }
    return Snapshot(
      generation: generation, settings: settings,
      webhooks: webhooks.mapValues { entry in
        guard case .ready(let webhook) = entry, webhook.isTaught else { return entry }
        let kept = LearnedSecret.all(of: webhook.identifier.text, state: settings.state)
        return .ready(webhook.with(learned: kept, settings))
      }, incoming: incoming, problems: problems, seen: seen)
  }
}

extension Snapshot.Entry {
  fileprivate var ready: Webhook? {
    if case .ready(let webhook) = self { webhook } else { nil }
  }
}
