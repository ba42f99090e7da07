import Verification

extension Snapshot {
  /// The same configuration with the secrets that senders brought along, as they are kept now.
  public func withLearned() -> Snapshot {
    guard webhooks.values.contains(where: { $0.ready?.isTaught ?? false }) else { return self }
    return Snapshot(
      generation: generation, settings: settings,
      webhooks: webhooks.mapValues { entry in
        guard case .ready(let webhook) = entry, webhook.isTaught else { return entry }
        let kept = LearnedSecret.all(of: webhook.identifier.text, state: settings.state)
        return .ready(webhook.with(learned: kept, settings))
      }, incoming: incoming, problems: problems)
  }
}

extension Snapshot.Entry {
  fileprivate var ready: Webhook? {
    if case .ready(let webhook) = self { webhook } else { nil }
  }
}
