/// A regular expression whose matching time is bounded by the length of the text.
///
/// It works on bytes and has no back references or look-around. It has literals, `.`, `[a-z]`,
/// `[^a-z]`, `\d \D \w \W \s \S`, `( )`, `(?: )`, `|`, `* + ? {2} {2,} {2,5}`, `^` and `$` for the
/// start and the end of the text, and `(?i)` at the front for ASCII letters in either case. Without
/// `^` and `$` it may match anywhere.
public struct Pattern: Sendable, Equatable {
  /// The expression as configured.
  public let text: String
  let program: PatternProgram

  /// - Throws: `Misconfiguration` with the error and its place in the pattern.
  public init(_ text: String) throws(Misconfiguration) {
    var parser = PatternParser(text)
    self.text = text
    program = try PatternProgram(try parser.parse())
  }

  /// Returns whether the pattern matches somewhere in the text; nil if the answer would take too
  /// long. Only patterns made for that purpose come near the bound.
  public func matches(_ bytes: [UInt8]) -> Bool? {
    var search = PatternSearch(program)
    return search.matches(bytes)
  }

  /// Returns whether both patterns have the same text.
  public static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }
}
