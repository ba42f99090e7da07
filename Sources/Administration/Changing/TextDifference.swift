import FoundationEssentials
import Webhooks

/// The lines that a change took out of a file and put into it, with secrets masked.
enum TextDifference {
  /// The most bytes that are told.
  private static let most = 4 << 10
  /// The most lines of a file that are compared: the time grows with their square.
  private static let mostLines = 2_000

  /// Compares two texts.
  ///
  /// - Parameters:
  ///   - old: the text before; empty for a file that was made.
  ///   - new: the text after; empty for a file that was removed.
  /// - Returns: a line each, after `- ` or `+ `; empty where nothing can be shown.
  static func lines(_ old: [UInt8], _ new: [UInt8]) -> String {
    let masked = [MaskedConfiguration(old), MaskedConfiguration(new)]
    guard masked.allSatisfy(\.isWhole) else { return "" }
    let texts = masked.map { $0.text.split(whereSeparator: \.isNewline) }
    guard texts.allSatisfy({ $0.count <= mostLines }) else { return "" }
    let changes = texts[1].difference(from: texts[0])
    let removed = Set(changes.removals.map(\.offset))
    let added = Set(changes.insertions.map(\.offset))
    var told = ""
    var (here, there) = (0, 0)
    while here < texts[0].count || there < texts[1].count {
      var line = ""
      if removed.contains(here) {
        line = "- \(texts[0][here])\n"
        here += 1
      } else if added.contains(there) {
        line = "+ \(texts[1][there])\n"
        there += 1
      } else {
        (here, there) = (here + 1, there + 1)
      }
      guard told.utf8.count + line.utf8.count <= most else { return told + "…\n" }
      told += line
    }
    return told
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
