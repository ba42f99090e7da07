import Foundation

/// The identifier of a webhook or an incoming configuration: `[a-z0-9]` and inner hyphens, from 1 to
/// 100 characters. It is the name of its file, and safe as the name of a directory.
///
/// It is ASCII, so that comparing it as text is comparing its bytes.
public struct Identifier: Sendable, Hashable {
  /// The most characters that an identifier has.
  public static let maximumLength = 100

  public let text: String

  /// What a sender put into a path; nil unless it is an identifier, byte for byte.
  public init?(bytes: some Collection<UInt8>) {
    let hyphen = UInt8(ascii: "-")
    guard (1...Self.maximumLength).contains(bytes.count), bytes.first != hyphen else { return nil }
    var last = hyphen
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), hyphen:
        last = byte
      default: return nil
      }
    }
    guard last != hyphen else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
  }

  public init?(_ text: String) {
    self.init(bytes: text.utf8)
  }

  /// The identifier that a name gives: transliterated to ASCII, lower-case, `&` as `and`, without
  /// apostrophes, every other run of characters as one hyphen.
  ///
  /// - Returns: nil where nothing of the name is left, as of a name of emoji alone.
  public init?(name: String) {
    let ascii = name.applyingTransform(Self.toASCII, reverse: false) ?? name
    var words = ""
    for scalar in ascii.lowercased().unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9": words.unicodeScalars.append(scalar)
      case "&": words += "and"
      case "'", "`", "\u{b4}": break
      default: if !words.isEmpty, !words.hasSuffix("-") { words += "-" }
      }
    }
    self.init(Self.cut(words, to: Self.maximumLength))
  }

  /// The modifier letters in between are what becomes of apostrophes and of letters without a sound
  /// (Arabic ayn, the Cyrillic signs): they belong to their word.
  private static let toASCII = StringTransform("Any-Latin; [:Lm:] Remove; Latin-ASCII")

  private static func cut(_ text: String, to length: Int) -> String {
    var text = text.prefix(length)
    while text.hasSuffix("-") { text.removeLast() }
    return String(text)
  }
}

extension Identifier: CustomStringConvertible, Comparable {
  public var description: String { text }
  public static func < (a: Identifier, b: Identifier) -> Bool { a.text < b.text }
}
