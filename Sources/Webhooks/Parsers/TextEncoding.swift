import Bytes
import FoundationEssentials

/// The encoding of a sender's text, which is converted to UTF-8.
enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case latin1 = "iso-8859-1"
  case windows1252 = "windows-1252"
  case utf16 = "utf-16"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"

  /// Returns the text in UTF-8, without a byte-order mark.
  ///
  /// - Throws: `Unparsed.failed` if the bytes aren't in this encoding.
  func decode(_ bytes: [UInt8]) throws(Unparsed) -> [UInt8] {
    guard self != .utf8 else {
      guard let place = UTF8Text.firstInvalid(in: bytes.span) else {
        return bytes.starts(with: ParserInput.byteOrderMark) ? Array(bytes[3...]) : bytes
      }
      let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
      throw .failed("line \(line) is not UTF-8 (encoding)")
    }
    guard let text = text(of: bytes) else {
      throw .failed("the body is not \(rawValue) (encoding)")
    }
    let decoded = Array(text.utf8)
    return decoded.starts(with: ParserInput.byteOrderMark) ? Array(decoded[3...]) : decoded
  }

  private func text(of bytes: [UInt8]) -> String? {
    switch self {
    case .utf8: String(validating: bytes, as: UTF8.self)
    case .latin1: String(bytes: bytes, encoding: .isoLatin1)
    case .windows1252: String(bytes: bytes, encoding: .windowsCP1252)
    case .utf16: Self.wide(bytes, isLittleEndian: bytes.starts(with: [0xff, 0xfe]))
    case .utf16LittleEndian: Self.wide(bytes, isLittleEndian: true)
    case .utf16BigEndian: Self.wide(bytes, isLittleEndian: false)
    }
  }

  private static func wide(_ bytes: [UInt8], isLittleEndian: Bool) -> String? {
    guard bytes.count.isMultiple(of: 2) else { return nil }
    let units = stride(from: 0, to: bytes.count, by: 2).map { place in
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return isLittleEndian ? second << 8 | first : first << 8 | second
    }
    return String(validating: units, as: UTF16.self)
  }

  /// The option of all parsers that read text.
  static let option = Option(
    "encoding", .choice, default: TextEncoding.utf8,
    "The encoding of the text. A byte-order mark is left out.")
}
