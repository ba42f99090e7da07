import Foundation
import Importing
import Spooling
import Webhooks

/// Tasks as they are listed: one a line, or one JSON array.
struct TaskLines {
  /// Whether files are opened for what no name tells.
  let isLong: Bool
  let isJSON: Bool
  /// The moments of arrivals, of which many share their second.
  private var second: (number: Int, text: String) = (.min, "")

  init(isLong: Bool, isJSON: Bool) {
    self.isLong = isLong
    self.isJSON = isJSON
  }

  mutating func print(_ places: [TaskPlace], of spool: TaskSpool) {
    var output = Output()
    if isJSON { output.append(line: "[") }
    let progress = Progress("read")
    for (index, place) in places.enumerated() {
      if isLong { progress.show(index, of: places.count) }
      let summary = TaskSummary(place, in: spool, opening: isLong)
      if isJSON {
        output.append(summary.json)
        output.append(line: index + 1 < places.count ? "," : "")
      } else {
        output.append(line: line(summary))
      }
    }
    progress.end()
    if isJSON { output.append(line: "]") }
    output.flush()
  }

  private mutating func line(_ summary: TaskSummary) -> String {
    let place = summary.place
    let screen = Terminal.screen
    let state = screen.coloured(place.state.column, as: place.state.rawValue)
    var parts = [SafeText.text(place.id), state, text(place.arrival)]
    if isLong {
      let header = summary.header
      parts.append(header.map { $0.webhook.orDash } ?? "no task document")
      parts.append((header?.senderDelivery ?? "").orDash)
    }
    if let due = summary.record?.due, place.state == .retry { parts.append("due \(text(due))") }
    guard let reason = summary.reason?.reasonLine.firstLine else {
      return parts.joined(separator: "  ")
    }
    guard screen.isNarrow, let width = screen.width else {
      return (parts + [reason]).joined(separator: "  ")
    }
    return "\(parts.joined(separator: "  "))\n  \(Screen.cut(reason, to: width - 2))"
  }

  /// To the second.
  private mutating func text(_ moment: Date?) -> String {
    guard let moment else { return "-" }
    let number = Int(moment.timeIntervalSince1970.rounded(.down))
    if number != second.number {
      let whole = Date(timeIntervalSince1970: Double(number))
      let screen = Terminal.screen
      let utc = "\(whole.rfc3339.prefix(19))Z"
      second = (number, screen.isNarrow ? screen.time(whole) : Terminal.time(whole, utc: utc))
    }
    return second.text
  }
}

extension TaskState {
  /// As wide as the widest.
  var column: String { rawValue + String(repeating: " ", count: 6 - rawValue.utf8.count) }
}

extension String {
  /// What a terminal can show of its first line.
  var firstLine: String {
    SafeText.text(String(unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }), limit: 200)
  }

  fileprivate var orDash: String { isEmpty ? "-" : firstLine }
}
