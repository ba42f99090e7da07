import Foundation
import Logging
import Spooling

/// A log handler that writes one JSON object a line. Nothing a sender sends can end a line, forge a
/// field or reach a terminal as a control character.
public struct JSONLines: LogHandler {
  public var logLevel: Logger.Level = .info
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let write: @Sendable ([UInt8]) -> Void

  /// - Parameter write: takes one whole line, its newline included.
  public init(write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }
    var line = #"{"time":""# + Date().rfc3339 + #"","level":"\#(event.level)","message":"#
    Self.append(quoted: "\(event.message)", to: &line)
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      line += ","
      Self.append(quoted: key, to: &line)
      line += ":"
      Self.append(value, to: &line)
    }
    write(Array((line + "}\n").utf8))
  }

  private static func append(_ value: Logger.Metadata.Value, to line: inout String) {
    switch value {
    case .string(let text): append(quoted: text, to: &line)
    case .stringConvertible(let number as any BinaryInteger): line += "\(number)"
    case .stringConvertible(let other): append(quoted: "\(other)", to: &line)
    case .array(let values):
      line += "["
      for (index, value) in values.enumerated() {
        if index > 0 { line += "," }
        append(value, to: &line)
      }
      line += "]"
    case .dictionary(let values):
      line += "{"
      for (index, entry) in values.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { line += "," }
        append(quoted: entry.key, to: &line)
        line += ":"
        append(entry.value, to: &line)
      }
      line += "}"
    }
  }

  /// The longest text of one field, in scalars; what is longer is cut, and says so.
  static let longestText = 1024

  static func append(quoted text: String, to line: inout String) {
    line += "\""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index == longestText {
        line += "… (cut)"
        break
      }
      switch scalar {
      case "\"": line += "\\\""
      case "\\": line += "\\\\"
      case _ where isUnsafe(scalar):
        for unit in String(scalar).utf16 {
          let hex = String(unit, radix: 16)
          line += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      default: line.unicodeScalars.append(scalar)
      }
    }
    line += "\""
  }

  /// What a terminal or an editor acts upon: control characters of C0 and C1, line separators, and
  /// the format characters that reorder text.
  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value >= 0x20 && scalar.value < 0x7f { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
