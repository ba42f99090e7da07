import Bytes
import Glibc

/// Standard error as the place of log lines, which are written whole, one after the other.
public final class StandardErrorLines: Sendable {
  /// The one instance of the process, which knows whether the last line is cut.
  public static let shared = StandardErrorLines()
  /// Whether the last write ended within a line, as on a full disk.
  private let isCut = Mutex(false)

  /// Writes whole lines. Waits without a limit until they are written.
  ///
  /// - Returns: false if some bytes couldn't be written.
  public func write(_ lines: [UInt8]) -> Bool {
    isCut.withLock { isCut in
      if isCut, Self.writeAll([10]) == 0 { return false }
      let written = Self.writeAll(lines)
      isCut = written == lines.count ? false : isCut || written > 0
      return written == lines.count
    }
  }

  private static func writeAll(_ bytes: [UInt8]) -> Int {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count > 0 {
        written += count
      } else if count < 0, errno == EAGAIN {
        // Another process that shares the descriptor made it non-blocking.
        var poll = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
      } else if count == 0 || errno != EINTR {
        break
      }
    }
    return written
  }
}

/// Text from a sender, made safe for a log and a terminal: characters that end a line, move a
/// cursor or reorder text are escaped.
public enum SafeText {
  /// Appends a text with its unsafe characters escaped as `\u001b`.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - output: the bytes that the text is appended to, in UTF-8.
  ///   - isJSON: whether the text stands within a JSON string. Quotes and backslashes are escaped
  ///     then.
  ///   - limit: the most Unicode scalars that are kept. A longer text is cut, with a mark.
  ///   - keepsLines: whether line feeds and tabs stay.
  public static func append(
    _ text: String, to output: inout [UInt8], isJSON: Bool = false,
    limit: Int = LogRecord.longestText, keepsLines: Bool = false
  ) {
    if appendPlain(text, to: &output, isJSON: isJSON, limit: limit) { return }
    var left = limit
    for scalar in text.unicodeScalars {
      if left == 0 {
        output += "… (cut)".utf8
        return
      }
      left -= 1
      switch scalar.value {
      case 0x22 where isJSON, 0x5c where isJSON:
        output.append(UInt8(ascii: "\\"))
        output.append(UInt8(scalar.value))
      case 0x20..<0x7f: output.append(UInt8(scalar.value))
      case 0x09 where keepsLines, 0x0a where keepsLines: output.append(UInt8(scalar.value))
      case _ where isUnsafe(scalar):
        for unit in UTF16.encode(scalar)! { appendEscape(of: unit, to: &output) }
      default: output += UTF8.encode(scalar)!
      }
    }
  }

  /// Returns the safe text as a string.
  public static func text(
    _ text: String, limit: Int = LogRecord.longestText, keepsLines: Bool = false
  ) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes, limit: limit, keepsLines: keepsLines)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends a text as it is and returns true, unless something has to be escaped or cut. Nearly
  /// every text is plain.
  private static func appendPlain(
    _ text: String, to output: inout [UInt8], isJSON: Bool, limit: Int
  ) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count <= limit else { return false }
      for byte in bytes {
        guard 0x20..<0x7f ~= byte, !isJSON || byte != 0x22 && byte != 0x5c else { return false }
      }
      output.append(contentsOf: bytes)
      return true
    }
  }

  private static func appendEscape(of unit: UInt16, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\\"))
    output.append(UInt8(ascii: "u"))
    for shift in [12, 8, 4, 0] {
      let digit = UInt8(unit >> shift & 15)
      output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Whether a terminal or an editor acts upon the character: control characters of C0 and C1, line
  /// separators, and the format characters that reorder text.
  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
