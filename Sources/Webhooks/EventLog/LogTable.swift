import Bytes
import FoundationEssentials

/// The table in which people read the log. Its texts are safe to print on a terminal.
public struct LogTable: Sendable {
  private let zone: LocalTime
  private let screen: Screen
  /// The longest identifier so far, in characters; at least 12.
  private var webhookWidth = 12

  /// - Parameters:
  ///   - zone: the time zone of the times.
  ///   - screen: the screen that the table is printed on.
  public init(zone: LocalTime = .current, screen: Screen = Screen()) {
    self.zone = zone
    self.screen = screen
  }

  /// The heads of the columns.
  public var head: String {
    row(
      "TIME", "WEBHOOK", "VERDICT", screen.isNarrow ? "CODE" : "STATUS", "FROM", "DELIVERY", "WHAT")
  }

  /// Returns one entry: one line, or several on a narrow screen.
  public mutating func row(_ entry: LoggedEntry) -> String {
    webhookWidth = max(webhookWidth, entry["webhook"]?.count ?? 0)
    return row(
      screen.time(entry.time, in: zone), entry["webhook"] ?? "",
      entry["verdict"] ?? (entry["check"] == nil ? "" : "refused"), entry["status"] ?? "",
      entry["remote"] ?? "", entry["delivery"] ?? "", Self.words(of: entry))
  }

  private func row(
    _ time: String, _ webhook: String, _ verdict: String, _ status: String, _ remote: String,
    _ delivery: String, _ what: String
  ) -> String {
    let words = SafeText.text(what, limit: 4096)
    guard screen.isNarrow, let width = screen.width else {
      return screen.entry(
        [
          .init(time, 29), .init(webhook, webhookWidth), .init(verdict, 8, isState: true),
          .init(status, 6), .init(remote, 15), .init(delivery, 36),
        ], words: words)
    }
    return screen.entry(
      [
        .init(time, 14), .init(webhook, min(webhookWidth, max(12, width - 64))),
        .init(verdict, 11, isState: true), .init(status, 4), .init(screen.id(delivery), 13),
        .init(remote, 15),
      ], words: words)
  }

  /// Returns a moment in local time with its offset, to the millisecond.
  public static func text(_ moment: Date, in zone: LocalTime = .current) -> String {
    zone.text(moment, hasMilliseconds: true)
  }

  /// Returns a summary of an entry in one line.
  private static func words(of entry: LoggedEntry) -> String {
    var words: [String] = []
    if let count = entry["count"] {
      return entry["check"].map { "\(count) more, refused by \($0), within a minute" }
        ?? "\(count) \(entry.message)"
    }
    if let check = entry["check"] {
      words.append(entry["reason"].map { "\(check): \($0)" } ?? check)
    } else if let reason = entry["reason"] {
      words.append(reason)
    }
    if entry["verdict"] == "accepted" {
      let count = entry.fields["tasks"]?.count ?? 0
      words.append(count == 0 ? "no task" : "\(count) \(count == 1 ? "task" : "tasks")")
    }
    if let secret = entry["secret"] { words.append("secret \(secret)") }
    if let first = entry["first"] { words.append("a copy of \(first)") }
    if let id = entry["senderdelivery"] { words.append("sender's id \(id)") }
    for (name, what) in [
      ("observed", "would be refused by"), ("failed", "into failed/ of"),
      ("skipped", "left out of"),
    ] {
      words += (entry.fields[name] ?? []).map { "\(what) \($0)" }
    }
    words += entry["body_bytes"].map { ["\($0) \($0 == "1" ? "byte" : "bytes")"] } ?? []
    return words.joined(separator: "; ")
  }
}
