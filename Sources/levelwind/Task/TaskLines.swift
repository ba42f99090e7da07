import Bytes
import FoundationEssentials
import Importing
import Spooling
import Webhooks

/// Prints tasks, one a line, or as one JSON array.
struct TaskLines {
  /// Whether to open files for what their names don't tell.
  let isLong: Bool
  let isJSON: Bool
  /// The last moment that was formatted. Many arrivals share their second.
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
      parts.append(header.map { $0.webhook.orDash } ?? "not a task document")
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

  /// Returns a moment in words, to the second.
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
  /// The state, padded to the width of the longest.
  var column: String { rawValue + String(repeating: " ", count: 6 - rawValue.utf8.count) }
}

extension String {
  /// The first line, safe for a terminal and at most 200 characters.
  var firstLine: String {
    SafeText.text(String(unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }), limit: 200)
  }

  fileprivate var orDash: String { isEmpty ? "-" : firstLine }
}

extension TaskSummary {
  /// The task as one JSON object, without a line end. Characters that a terminal would act upon are
  /// escaped.
  var json: [UInt8] {
    var line: [UInt8] = []
    add("id", place.id, to: &line)
    add("state", place.state.rawValue, to: &line)
    if let arrival = place.arrival { add("arrived", arrival.rfc3339, to: &line) }
    add("path", path, to: &line)
    if place.state == .cur { add("claimedBy", place.isDrains ? "drain" : "importer", to: &line) }
    if let reason { add("reason", reason, to: &line) }
    if let record { add(record, to: &line) }
    if let header { add(header, to: &line) }
    line.append(UInt8(ascii: "}"))
    return line
  }

  private func add(_ record: RetryRecord, to line: inout [UInt8]) {
    add("attempts", record.attempts, to: &line)
    add("deferrals", record.deferrals, to: &line)
    if let due = record.due { add("due", due.rfc3339, to: &line) }
    if let earlier = record.earlier { add("earlier", earlier, to: &line) }
  }

  private func add(_ header: TaskHeader, to line: inout [UInt8]) {
    add("type", header.type, to: &line)
    add("webhook", header.webhook, to: &line)
    add("incoming", header.incoming, to: &line)
    add("delivery", header.delivery, to: &line)
    if let id = header.senderDelivery { add("senderdelivery", id, to: &line) }
    if let trace = header.trace { add("traceparent", trace.parent, to: &line) }
    add("taskindex", header.index, to: &line)
    add("taskcount", header.count, to: &line)
    add("contentType", header.contentType, to: &line)
    if let encoding = header.bodyEncoding { add("bodyEncoding", encoding.rawValue, to: &line) }
    if let bytes = header.bodyBytes { add("bodyBytes", bytes, to: &line) }
    if let sha256 = header.bodySHA256 { add("bodySha256", sha256, to: &line) }
  }

  private func add(_ name: String, _ text: String, to line: inout [UInt8]) {
    begin(name, &line)
    line.append(UInt8(ascii: "\""))
    SafeText.append(text, to: &line, isJSON: true, limit: .max)
    line.append(UInt8(ascii: "\""))
  }

  private func add(_ name: String, _ number: Int, to line: inout [UInt8]) {
    begin(name, &line)
    line += String(number).utf8
  }

  private func begin(_ name: String, _ line: inout [UInt8]) {
    line.append(line.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
    line.append(UInt8(ascii: "\""))
    line += name.utf8
    line.append(UInt8(ascii: "\""))
    line.append(UInt8(ascii: ":"))
  }
}
