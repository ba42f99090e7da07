import Webhooks

extension Snapshot.Entry {
  /// The webhook, if its file could be used.
  var webhook: Webhook? {
    switch self {
    case .ready(let webhook), .disabled(let webhook): webhook
    case .broken: nil
    }
  }
}
