import ArgumentParser
import Bytes
import FoundationEssentials
import Spooling
import Webhooks

/// `levelwind task show`: one task.
struct TaskShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a task without its body: origin, state, attempts, reason.")

  @OptionGroup var task: TaskOptions
  @Flag(help: "Print a JSON object.")
  var json = false

  func run() throws {
    let (view, spool) = try task.view()
    let summary = TaskSummary(view, in: spool)
    if json {
      Swift.print(String(decoding: summary.json, as: UTF8.self))
      return
    }
    Self.print(rows(summary))
  }

  /// Prints the rows that have a value.
  static func print(_ rows: [(String, String?)]) {
    for (name, value) in rows {
      guard let value, !value.isEmpty else { continue }
      let text = SafeText.text(value, limit: .max, keepsLines: true)
      Swift.print("\(name): \(text.replacing("\n", with: "\n  "))")
    }
  }

  /// Returns the rows about the task document.
  static func rows(_ header: TaskHeader?) -> [(String, String?)] {
    [
      ("type", header?.type ?? "the file isn't a task document"), ("webhook", header?.webhook),
      ("incoming", header?.incoming), ("delivery", header?.delivery),
      ("sender's delivery", header?.senderDelivery),
      ("trace", header?.trace.map { "\($0.trace), span \($0.span)" }),
      ("task", header.map { "\($0.index + 1) of \($0.count)" }),
      ("content type", header?.contentType),
      ("body", header.map { "\($0.bodyBytes ?? 0) bytes, as \($0.bodyEncoding?.rawValue ?? "?")" }),
      ("sha256", header?.bodySHA256),
    ]
  }

  private func rows(_ summary: TaskSummary) -> [(String, String?)] {
    let (place, record) = (summary.place, summary.record)
    func text(_ moment: Date?) -> String? {
      moment.map { Terminal.time($0, utc: $0.rfc3339) }
    }
    let claim = place.isDrains ? "claimed by a drain" : "claimed by an importer"
    return [
      ("id", place.id), ("state", "\(place.state)" + (place.state == .cur ? ", \(claim)" : "")),
      ("arrived", text(place.arrival)), ("file", summary.path),
    ] + Self.rows(summary.header) + [
      ("failed attempts", record.map { "\($0.attempts)" }),
      ("due", text(record?.due)), ("reason", summary.reason), ("failed before", record?.earlier),
    ]
  }
}
