import Bytes
import Logging
import Spooling
import Webhooks

/// A record as the fields of one entry of the journal, each `NAME=value`.
///
/// `MESSAGE` has the whole record in one line, for readers of the journal as text. The other fields
/// are there to filter by. A list becomes one field of the same name for each of its texts.
public struct JournalFields: Sendable {
  /// All fields, one behind the other.
  let bytes: [UInt8]
  let ranges: [Range<Int>]

  /// The `MESSAGE_ID` of entries about deliveries.
  public static let deliveryMessage = "7b1a3f5e0c6d4e8f9a2b4c6d8e0f1a3c"
  /// The `SYSLOG_IDENTIFIER` of all entries.
  public static let identifier = "levelwind"

  init(of record: LogRecord) {
    var fields = Builder()
    fields.append("MESSAGE", Self.message(of: record))
    fields.append("PRIORITY", "\(record.level.priority)")
    fields.append("SYSLOG_IDENTIFIER", Self.identifier)
    fields.append("EVENT", record.message)
    fields.append("TIME", record.time.rfc3339)
    if record.isDelivery { fields.append("MESSAGE_ID", Self.deliveryMessage) }
    for (name, value) in record.fields {
      let name = name.uppercased()
      switch value {
      case .text(let text): fields.append(name, text)
      case .excerpt(let text): fields.append(name, text, limit: .max)
      case .number(let number): fields.append(name, "\(number)")
      case .list(let texts): for text in texts { fields.append(name, text) }
      case .object: fields.append(name, json: value)
      }
    }
    (bytes, ranges) = (fields.bytes, fields.ranges)
  }

  /// Returns the record's message, followed by the fields that tell one such entry from another.
  private static func message(of record: LogRecord) -> String {
    let unsaid: Set = [
      "generation", "duration_us", "body_sha256", "trace_id", "span_id", "headers", "query", "body",
    ]
    var text = record.message
    for (name, value) in record.fields where !unsaid.contains(name) {
      switch value {
      case .text(let said), .excerpt(let said): text += " \(name)=\(said.asWord)"
      case .number(let number): text += " \(name)=\(number)"
      case .list(let texts): text += " \(name)=\(texts.joined(separator: ","))"
      case .object: break
      }
    }
    return text
  }

  /// The fields gathered so far.
  private struct Builder {
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []

    mutating func append(_ name: String, _ text: String, limit: Int = LogRecord.longestText) {
      append(name) { SafeText.append(text, to: &$0, limit: limit) }
    }

    mutating func append(_ name: String, json value: LogValue) {
      append(name) { JSONLines.append(value, to: &$0) }
    }

    private mutating func append(_ name: String, _ value: (inout [UInt8]) -> Void) {
      let start = bytes.count
      bytes += name.utf8
      bytes.append(UInt8(ascii: "="))
      value(&bytes)
      ranges.append(start..<bytes.count)
    }
  }
}

extension Logger.Level {
  /// The level as syslog numbers it.
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}

extension String {
  /// The text, in quotes unless it is one word.
  fileprivate var asWord: String {
    if !isEmpty, !utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 }) { return self }
    var quoted: [UInt8] = []
    JSONLines.append(.text(self), to: &quoted)
    return String(decoding: quoted, as: UTF8.self)
  }
}
