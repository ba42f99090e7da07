import Foundation
import Verification

/// An entry of the log about deliveries, read back.
public struct LoggedEntry: Sendable {
  /// When the delivery came in.
  public let time: Date
  /// What happened, in a few words.
  public let message: String
  /// The other fields by their names in JSON lines; each has a value or several.
  public let fields: [String: [String]]

  /// The names of the fields that are numbers.
  static let numbers: Set = ["status", "body_bytes", "generation", "duration_us", "count", "lost"]
  /// Those that are lists, be it of one.
  static let lists: Set = ["tasks", "observed", "failed", "skipped"]
  private static let level = "level"

  public subscript(name: String) -> String? { fields[name]?.first }

  /// - Parameter json: one line of the log; nil for what is none about a delivery.
  public init?(json line: [UInt8]) {
    guard
      let members = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any],
      let time = (members["time"] as? String).flatMap({ RFC3339.moment(Array($0.utf8)) }),
      members["delivery"] != nil || members["count"] != nil
    else { return nil }
    self.time = time
    message = members["message"] as? String ?? ""
    fields = members.reduce(into: [:]) { fields, member in
      guard !["time", "message"].contains(member.key) else { return }
      switch member.value {
      case let texts as [Any]: fields[member.key] = texts.map { "\($0)" }
      case let object as [String: Any]:
        let json = try? JSONSerialization.data(
          withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        fields[member.key] = [String(decoding: json ?? Data(), as: UTF8.self)]
      default: fields[member.key] = ["\(member.value)"]
      }
    }
  }

  /// - Parameter journal: the fields of an entry of the journal, by their names there.
  public init?(journal: [String: [String]]) {
    guard let time = journal["TIME"]?.first.flatMap({ RFC3339.moment(Array($0.utf8)) }) else {
      return nil
    }
    self.time = time
    message = journal["EVENT"]?.first ?? ""
    let own: Set = ["EVENT", "TIME", "MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER"]
    fields = journal.reduce(into: [:]) { fields, field in
      // What journald adds is not of the delivery.
      guard !own.contains(field.key), !field.key.hasPrefix("_"), !field.key.hasPrefix("SYSLOG_")
      else { return }
      fields[field.key.lowercased()] = field.value
    }
  }

  /// As one JSON object in a line, whatever it was read from.
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
