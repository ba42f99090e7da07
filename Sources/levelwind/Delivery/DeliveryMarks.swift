import Administration
import History

/// When deliveries were brought back. The marks of a webhook are read once.
final class DeliveryMarks {
  private let folder: HistoryFolder
  private var known: [String: [Int: [BroughtBack.Mark]]] = [:]

  init(state: String) { folder = HistoryFolder(state: state) }

  func of(_ entry: HistoryEntry) -> [BroughtBack.Mark] {
    let webhook = entry.facts.webhook
    if known[webhook] == nil { known[webhook] = BroughtBack(folder, webhook).marks() }
    return known[webhook]?[entry.number] ?? []
  }
}

extension BroughtBack.Mark {
  /// When and where to, in words.
  var words: String { target.isEmpty ? time : "\(time) to \(target)" }
}
