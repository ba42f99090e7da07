import Bytes
import FoundationEssentials
import Logging
import Spooling

/// The log as lines of JSON, one object in each. A text from a sender can't end a line, forge a
/// field or reach a terminal as a control character.
public struct JSONLines: LogSink {
  private let writeAll: @Sendable ([UInt8]) -> Bool

  /// - Parameter write: writes whole lines with their newlines; returns false if that failed.
  public init(write: @escaping @Sendable ([UInt8]) -> Bool) { writeAll = write }

  /// Writes each record as one line, all lines in one call.
  ///
  /// - Returns: 0, or the number of all records if the write failed.
  public func write(_ records: [LogRecord]) -> Int {
    var lines: [UInt8] = []
    lines.reserveCapacity(512 * records.count)
    for record in records { Self.append(record, to: &lines) }
    return writeAll(lines) ? 0 : records.count
  }

  /// Appends a record as one line.
  static func append(_ record: LogRecord, to line: inout [UInt8]) {
    line += #"{"time":""#.utf8
    line += record.time.rfc3339.utf8
    line += #"","level":""#.utf8
    line += record.level.rawValue.utf8
    line += #"","message":"#.utf8
    append(quoted: record.message, to: &line)
    for (name, value) in record.fields {
      line.append(UInt8(ascii: ","))
      append(quoted: name, to: &line)
      line.append(UInt8(ascii: ":"))
      append(value, to: &line)
    }
    line += "}\n".utf8
  }

  /// Appends a value as JSON, without a newline.
  public static func append(_ value: LogValue, to line: inout [UInt8]) {
    switch value {
    case .text(let text): append(quoted: text, to: &line)
    case .excerpt(let text): append(quoted: text, to: &line, limit: .max)
    case .number(let number): line += "\(number)".utf8
    case .list(let texts):
      line.append(UInt8(ascii: "["))
      for (index, text) in texts.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        append(quoted: text, to: &line)
      }
      line.append(UInt8(ascii: "]"))
    case .object(let members):
      line.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        append(quoted: member.name, to: &line)
        line.append(UInt8(ascii: ":"))
        append(quoted: member.value, to: &line)
      }
      line.append(UInt8(ascii: "}"))
    }
  }

  static func append(
    quoted text: String, to line: inout [UInt8], limit: Int = LogRecord.longestText
  ) {
    line.append(UInt8(ascii: "\""))
    SafeText.append(text, to: &line, isJSON: true, limit: limit)
    line.append(UInt8(ascii: "\""))
  }
}
