/// A regular expression whose matching takes a time that is bounded by the text's length.
///
/// It works on bytes. There is what such an expression can have without looking back: literals,
/// `.`, `[a-z]`, `[^a-z]`, `\d \D \w \W \s \S`, `( )`, `(?: )`, `|`, `* + ? {2} {2,} {2,5}`,
/// `^` and `$` for the text's start and end, and `(?i)` at the front for ASCII letters in either
/// case. Without `^` and `$` it may match anywhere.
public struct Pattern: Sendable, Equatable {
  /// The expression as configured.
  public let text: String
  let program: PatternProgram

  /// - Throws: what is wrong with it, and where.
  public init(_ text: String) throws(Misconfiguration) {
    var parser = PatternParser(text)
    self.text = text
    program = try PatternProgram(try parser.parse())
  }

  /// Whether the pattern matches somewhere in the text; nil if telling would take too long, which
  /// only patterns made for that come near.
  public func matches(_ bytes: [UInt8]) -> Bool? {
    var search = PatternSearch(program)
    return search.matches(bytes)
  }

  public static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }
}
