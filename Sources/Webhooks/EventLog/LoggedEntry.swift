import FoundationEssentials
import Glibc
import Verification

/// An entry of the log about a delivery, as it is read back.
public struct LoggedEntry: Sendable {
  /// The time when the delivery came in.
  public let time: Date
  /// The event in a few words.
  public let message: String
  /// The other fields by their names in JSON lines. Each has one value or several.
  public let fields: [String: [String]]

  /// The names of the fields that are numbers.
  static let numbers: Set = ["status", "body_bytes", "generation", "duration_us", "count", "lost"]
  /// The names of the fields that are lists, even with a single value.
  static let lists: Set = ["tasks", "observed", "failed", "skipped"]
  private static let level = "level"

  /// The first value of a field; nil if the entry doesn't have the field.
  public subscript(name: String) -> String? { fields[name]?.first }

  /// Reads an entry from one line of the log; nil unless the line is about deliveries.
  public init?(json line: [UInt8]) {
    guard let members = try? JSONDecoder().decode([String: Value].self, from: Data(line)),
      let time = (members["time"]?.first).flatMap({ RFC3339.moment(Array($0.utf8)) }),
      members["delivery"] != nil || members["count"] != nil
    else { return nil }
    self.time = time
    message = members["message"]?.first ?? ""
    fields = members.reduce(into: [:]) { fields, member in
      guard !["time", "message"].contains(member.key) else { return }
      fields[member.key] = member.value.texts
    }
  }

  /// The value of a field, as texts.
  private struct Value: Decodable {
    let texts: [String]
    var first: String? { texts.first }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        texts = [text]
      } else if let number = try? container.decode(Int.self) {
        texts = ["\(number)"]
      } else if let list = try? container.decode([String].self) {
        texts = list
      } else if let object = try? container.decode([String: String].self) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        texts = [String(decoding: try encoder.encode(object), as: UTF8.self)]
      } else {
        texts = []
      }
    }
  }

  /// - Parameter journal: the fields of an entry in the journal, by their names there.
  public init?(journal: [String: [String]]) {
    guard let time = journal["TIME"]?.first.flatMap({ RFC3339.moment(Array($0.utf8)) }) else {
      return nil
    }
    self.time = time
    message = journal["EVENT"]?.first ?? ""
    let own: Set = ["EVENT", "TIME", "MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER"]
    fields = journal.reduce(into: [:]) { fields, field in
      // The fields that journald adds aren't about the delivery.
      guard !own.contains(field.key), !field.key.hasPrefix("_"), !field.key.hasPrefix("SYSLOG_")
      else { return }
      fields[field.key.lowercased()] = field.value
    }
  }

  /// The entry as one JSON object on a line, the same for both sources.
  public var json: [UInt8] {
    var members: [LogRecord.Field] = []
    for (name, values) in fields.sorted(by: { $0.key < $1.key }) where name != Self.level {
      if Self.lists.contains(name) {
        members.append((name, .list(values)))
      } else if Self.numbers.contains(name), let number = values.first.flatMap({ Int($0) }) {
        members.append((name, .number(number)))
      } else if let value = values.first {
        members.append((name, .excerpt(value)))
      }
    }
    var line: [UInt8] = []
    JSONLines.append(
      LogRecord(time: time, level: .info, message: message, fields: members), to: &line)
    return line
  }
}

/// The conditions on the entries of the log that are asked for.
public struct LogSelection: Sendable {
  /// A webhook's identifier; nil for all webhooks.
  public var webhook: String?
  /// Whether only refused deliveries are asked for.
  public var refusedOnly = false
  /// The beginning of a delivery's id, or the sender's whole id of a delivery; nil for all
  /// deliveries.
  public var delivery: String?
  /// The first moment that belongs to the selection; nil for the beginning of the log.
  public var since: Date?
  /// The first moment that no longer belongs to the selection.
  public var until: Date?

  /// Creates a selection of all entries.
  public init() {}

  /// Whether an entry meets the conditions.
  public func contains(_ entry: LoggedEntry) -> Bool {
    if let since, entry.time < since { return false }
    if let until, entry.time >= until { return false }
    if let webhook {
      // A request to a path without a webhook belongs to the webhook that was probably meant.
      let other = entry["webhook"] ?? entry["near"]
      if other != webhook, other != nil || entry["path"] != nil { return false }
    }
    if refusedOnly, entry["verdict"] ?? "refused" != "refused" { return false }
    if let delivery {
      return entry["delivery"]?.hasPrefix(delivery) == true
        || [entry["senderdelivery"], entry["first"]].contains(delivery)
    }
    return true
  }
}
