import Testing

@testable import History

/// Words are found as wholes, in the same way by reading and by the index.
@Suite struct WordsTests {
  private func isFound(_ words: String, in text: String) -> Bool {
    Words(words)?.match(Array(text.utf8)) ?? false
  }

  @Test func `a word matches as a whole, in either case`() {
    #expect(isFound("4711", in: #"{"order":4711}"#))
    #expect(!isFound("4711", in: #"{"order":47112}"#))
    #expect(!isFound("4711", in: #"{"order":14711}"#))
    #expect(isFound("4711", in: "47112 4711"))
    #expect(isFound("jane@example.org", in: "To: Jane@Example.ORG."))
    #expect(!isFound("jane@example.org", in: "jane@example.organic"))
    #expect(isFound("a-1 b", in: "b A-1"))
    #expect(!isFound("a-1 b", in: "a-1 ab"))
    #expect(isFound("müller", in: "Herr müller,"))
    #expect(!isFound("m", in: "müller"))
  }

  @Test func `a text without a word isn't a search`() {
    for text in ["", " ", "--", "a --"] { #expect(Words(text) == nil) }
  }
}
