import Webhooks

extension Snapshot.Entry {
  /// The webhook, if its file could be used.
  var webhook: Webhook? {
    switch self {
    case .ready(let webhook), .disabled(let webhook): webhook
    case .broken: nil
    }
  }

  /// Whether it takes deliveries once a secret is there that isn't yet.
  var isWaiting: Bool {
    if case .ready(let webhook) = self {
      webhook.secrets.contains(where: \.isMissing)
    } else {
      false
    }
  }

  /// Its state in a word.
  var word: String {
    switch self {
    case .ready: "active"
    case .disabled: "disabled"
    case .broken: "broken"
    }
  }
}
