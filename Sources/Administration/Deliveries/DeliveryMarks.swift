import History

/// When deliveries were brought back. The marks of a webhook are read once.
package final class DeliveryMarks {
  private let folder: HistoryFolder
  private var known: [String: [Int: [BroughtBack.Mark]]] = [:]

  /// Prepares to read them.
  package init(state: String) { folder = HistoryFolder(state: state) }

  /// Returns the marks of a delivery.
  package func of(_ entry: HistoryEntry) -> [BroughtBack.Mark] {
    let webhook = entry.facts.webhook
    if known[webhook] == nil { known[webhook] = BroughtBack(folder, webhook).marks() }
    return known[webhook]?[entry.number] ?? []
  }
}

extension BroughtBack.Mark {
  /// When and where to, in words.
  package var words: String { target.isEmpty ? time : "\(time) to \(target)" }
}
