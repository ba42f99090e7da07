import Verification

extension Webhook {
  /// The presets of its checks, each once.
  public var senders: [Sender] {
    preProcessors.flatMap(\.check.senders).map(\.sender).reduce(into: []) { senders, sender in
      if !senders.contains(where: { $0.name == sender.name }) { senders.append(sender) }
    }
  }

  /// Whether its deliveries are kept in a history.
  public var keepsHistory: Bool { history != nil }

  /// The advice to keep a history, because a sender never sends a failed delivery again; nil if
  /// there isn't such a sender, or there is a history.
  public var historyAdvice: String? {
    unrepeating.isEmpty
      ? nil
      : "To keep its deliveries: history: {for: 7d, bytes: 1GiB} in "
        + "\(WebhookFile.folder)/\(identifier).yaml"
  }

  /// The beginning of a sentence about these senders.
  fileprivate var neverSendsAgain: String {
    let names = unrepeating.joined(separator: " and ")
    return unrepeating.count == 1 ? "sender \(names) never sends" : "senders \(names) never send"
  }

  /// The names of its senders that never send a failed delivery again, unless deliveries are kept.
  fileprivate var unrepeating: [String] {
    keepsHistory ? [] : senders.filter(\.retries.areNone).map(\.name)
  }
}

extension Snapshot {
  /// A warning for each webhook whose deliveries would be lost with a failure: its sender never
  /// sends one again, and it keeps no history.
  public var historyProblems: [Problem] {
    webhooks.sorted { $0.key < $1.key }.compactMap { identifier, entry in
      switch entry {
      case .ready(let webhook), .disabled(let webhook):
        webhook.historyAdvice.map { advice in
          Problem(
            .warning, file: "\(WebhookFile.folder)/\(identifier).yaml",
            "\(webhook.neverSendsAgain) a failed delivery again, and none is kept. \(advice)")
        }
      case .broken: nil
      }
    }
  }
}
