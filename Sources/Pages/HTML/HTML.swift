import AdministrationMessages
import Bytes
import FoundationEssentials

/// Markup. What is interpolated is text, and is escaped over its bytes.
///
/// The literal parts are the program's own: no text that was made at run time can become markup,
/// since a `StaticString` comes from a literal alone.
///
///     let row: HTML = "<td>\(webhook.name)</td>"
struct HTML: Sendable, ExpressibleByStringInterpolation {
  private(set) var bytes: [UInt8]

  init(stringLiteral literal: StaticString) { bytes = literal.bytes }
  init(stringInterpolation interpolation: Interpolation) { bytes = interpolation.bytes }

  static func += (html: inout HTML, more: HTML) { html.bytes += more.bytes }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8] = []

    init(literalCapacity: Int, interpolationCount: Int) { bytes.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: StaticString) { bytes += literal.bytes }
    mutating func appendInterpolation(_ html: HTML) { bytes += html.bytes }
    mutating func appendInterpolation(_ html: HTML?) { bytes += html?.bytes ?? [] }
    mutating func appendInterpolation(_ list: [HTML]) { for html in list { bytes += html.bytes } }
    mutating func appendInterpolation(_ number: Int) { bytes += "\(number)".utf8 }
    /// A place of ours, the only thing that may stand in `href`, `action` or `src`.
    mutating func appendInterpolation(_ link: Link) { Escaping.append(link.text, to: &bytes) }
    /// A text of ours or of an administrator.
    mutating func appendInterpolation(_ text: String) { Escaping.append(text, to: &bytes) }
    /// A text of a stranger. What would reorder or hide other text is shown as an escape.
    mutating func appendInterpolation(sender text: String) {
      bytes += "<bdi>".utf8
      Escaping.append(SafeText.text(text, limit: 4096), to: &bytes)
      bytes += "</bdi>".utf8
    }
    /// A stranger's text of several lines, for `pre`.
    mutating func appendInterpolation(lines text: String) {
      Escaping.append(SafeText.text(text, limit: .max, keepsLines: true), to: &bytes)
    }
    /// A moment: the server's local time, and the exact one for programs.
    mutating func appendInterpolation(time moment: Date) {
      bytes += "<time datetime=\"\(moment.rfc3339.prefix(23))Z\">".utf8
      bytes += LocalTime.current.text(moment).prefix(19).utf8
      bytes += "</time>".utf8
    }
    mutating func appendInterpolation(time moment: Date?, none: StaticString) {
      if let moment { appendInterpolation(time: moment) } else { appendLiteral(none) }
    }
  }
}

extension [HTML] {
  /// The pieces with a separator between them.
  func joined(by separator: HTML) -> HTML {
    var all: HTML = ""
    for (place, html) in enumerated() {
      if place > 0 { all += separator }
      all += html
    }
    return all
  }
}

/// Text as it may stand in HTML.
enum Escaping {
  /// Appends a text with character references for what is markup, and visible escapes for what
  /// HTML doesn't allow (control characters and noncharacters) and for what turns text around.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": bytes += "&amp;".utf8
      case "<": bytes += "&lt;".utf8
      case ">": bytes += "&gt;".utf8
      case "\"": bytes += "&quot;".utf8
      case "'": bytes += "&#39;".utf8
      case "\n", "\t": bytes.append(UInt8(scalar.value))
      case _ where isForbidden(scalar.value):
        bytes += "\\u{\(String(scalar.value, radix: 16))}".utf8
      default: bytes += Array(String(scalar).utf8)
      }
    }
  }

  /// Whether a text is shown exactly as it is.
  static func keeps(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || !isForbidden($0.value) }
  }

  private static func isForbidden(_ value: UInt32) -> Bool {
    value < 0x20 || 0x7f...0x9f ~= value || 0xfdd0...0xfdef ~= value || value & 0xfffe == 0xfffe
      || value == 0x61c || 0x200e...0x200f ~= value || 0x202a...0x202e ~= value
      || 0x2066...0x2069 ~= value
  }
}

extension StaticString {
  fileprivate var bytes: [UInt8] {
    withUTF8Buffer { Array($0) }
  }
}
