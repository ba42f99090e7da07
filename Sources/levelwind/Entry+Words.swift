import Webhooks

extension Snapshot.Entry {
  /// The webhook, if its file could be used.
  var webhook: Webhook? {
    switch self {
    case .ready(let webhook), .disabled(let webhook): webhook
    case .broken: nil
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
