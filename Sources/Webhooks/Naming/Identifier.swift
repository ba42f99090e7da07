/// The identifier of a webhook or an incoming configuration: 1 to 100 characters of `[a-z0-9]` and
/// inner hyphens. It is the name of the file, and safe as the name of a directory.
///
/// An identifier is ASCII, so that comparing its text compares its bytes.
public struct Identifier: Sendable, Hashable {
  /// The longest identifier, in characters.
  public static let maximumLength = 100

  /// The identifier: 1 to `maximumLength` lower-case letters, digits and hyphens.
  public let text: String

  /// Creates an identifier from a part of a path, as a sender sent it; nil unless the bytes are an
  /// identifier as they are.
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

  /// Creates an identifier from a text; nil unless the text is one as it is.
  public init?(_ text: String) {
    self.init(bytes: text.utf8)
  }

  /// Creates the identifier for a name: transliterated to ASCII, in lower case, with `&` as `and`,
  /// without apostrophes, and with one hyphen for every other run of characters.
  ///
  /// - Returns: nil if nothing of the name is left, as with a name of emoji only, or if it has
  ///   letters of other scripts than Latin, Greek and Cyrillic.
  public init?(name: String) {
    guard let ascii = Transliteration.ascii(name) else { return nil }
    var words = ""
    for scalar in ascii.unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9": words.unicodeScalars.append(scalar)
      case "&": words += "and"
      case "'", "`", "\u{b4}": break
      default: if !words.isEmpty, !words.hasSuffix("-") { words += "-" }
      }
    }
    self.init(Self.cut(words, to: Self.maximumLength))
  }

  private static func cut(_ text: String, to length: Int) -> String {
    var text = text.prefix(length)
    while text.hasSuffix("-") { text.removeLast() }
    return String(text)
  }
}

extension Identifier: CustomStringConvertible, Comparable {
  /// The identifier itself.
  public var description: String { text }
  /// Orders identifiers by their bytes.
  public static func < (a: Identifier, b: Identifier) -> Bool { a.text < b.text }
}
