import Testing

@testable import Verification

@Suite struct PatternTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let pattern: String
    let text: String
    let matches: Bool
    var testDescription: String { "\(pattern) \(matches ? "matches" : "does not match") \(text)" }
  }

  @Test(arguments: [
    Case(pattern: "", text: "", matches: true), Case(pattern: "", text: "a", matches: true),
    Case(pattern: "b", text: "abc", matches: true),
    Case(pattern: "^b", text: "abc", matches: false),
    Case(pattern: "c$", text: "abc", matches: true),
    Case(pattern: "b$", text: "abc", matches: false),
    Case(pattern: "^$", text: "", matches: true), Case(pattern: "^$", text: "a", matches: false),
    Case(pattern: "^a*$", text: "aaaa", matches: true),
    Case(pattern: "^a+$", text: "", matches: false),
    Case(pattern: "^a?b$", text: "b", matches: true),
    Case(pattern: "^(ab|cd)+$", text: "abcdab", matches: true),
    Case(pattern: "^(ab|cd)+$", text: "abc", matches: false),
    Case(pattern: "^a|b$", text: "ax", matches: true),
    Case(pattern: "^a|b$", text: "xb", matches: true),
    Case(pattern: "^(?:a|b|)c$", text: "c", matches: true),
    Case(pattern: "^[a-c-]+$", text: "a-c", matches: true),
    Case(pattern: "^[^a-c]+$", text: "xyz", matches: true),
    Case(pattern: "^[^a-c]+$", text: "xbz", matches: false),
    Case(pattern: "^[]a]$", text: "]", matches: true),
    Case(pattern: "^\\d{2,3}$", text: "1234", matches: false),
    Case(pattern: "^\\d{2,3}$", text: "123", matches: true),
    Case(pattern: "^\\d{2}$", text: "12", matches: true),
    Case(pattern: "^\\d{2,}$", text: "12345", matches: true),
    Case(pattern: "^\\w+\\s\\S+$", text: "ab c!", matches: true),
    Case(pattern: "^a\\.b$", text: "a.b", matches: true),
    Case(pattern: "^a\\.b$", text: "axb", matches: false),
    Case(pattern: "a.c", text: "a\nc", matches: false),
    Case(pattern: "(?i)^Stock$", text: "sTOCK", matches: true),
    Case(pattern: "^Stock$", text: "stock", matches: false),
    Case(pattern: "^é+$", text: "éé", matches: true),
    Case(pattern: "(é)+$", text: "caféé", matches: true),
    Case(pattern: "^(a|aa)+$", text: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", matches: false),
    Case(pattern: "a+?b", text: "aab", matches: true),
  ])
  func `a pattern matches as it does elsewhere`(_ sample: Case) throws {
    #expect(try Pattern(sample.pattern).matches(Array(sample.text.utf8)) == sample.matches)
  }

  @Test(arguments: [
    "(", ")", "a)", "[", "[a", "*", "a**", "^*", "a{", "a{,2}", "a{3,2}", "a{99999}", "\\", "\\b",
    "\\1", "(?=a)", "(?<n>a)", "[z-a]", "[é]", "a{1000}{1000}", "(a{1000}){1000}",
    "(((){999}){999}){999}", String(repeating: "(", count: 100_000),
  ])
  func `what can't be is an error`(text: String) {
    #expect(throws: Misconfiguration.self) { try Pattern(text) }
  }

  @Test func `ten mebibytes and a nasty pattern end soon`() throws {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 10 << 20)
    #expect(try Pattern("^(a|a|aa)*b$").matches(bytes) == false)
  }

  @Test func `a pattern with too many sets of states gives up`() throws {
    // The states record which of the last twenty bytes were an a, which makes a million sets.
    var state: UInt64 = 1
    let bytes = (0..<100_000).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return state >> 60 & 1 == 0 ? UInt8(ascii: "a") : UInt8(ascii: "b")
    }
    #expect(try Pattern("a[ab]{20}c").matches(bytes) == nil)
    #expect(
      try !PatternMatch(.body, Pattern("a[ab]{20}c")).accepts(
        Request(method: "POST", path: [], body: bytes)))
  }

  @Test func `each place is matched`() throws {
    let request = Request.post(
      [("X-Topic", "order.paid")], body: #"{"event":{"type":"order.paid"}}"#,
      query: "topic=order%2Epaid")
    let whole = try Pattern("^order\\.paid$")
    #expect(PatternMatch(.header("x-topic"), whole).accepts(request))
    #expect(PatternMatch(.queryParameter("topic"), whole).accepts(request))
    #expect(PatternMatch(.bodyField(try JSONPath("event.type")), whole).accepts(request))
    #expect(!PatternMatch(.body, whole).accepts(request))
    #expect(!PatternMatch(.query, whole).accepts(request))
    #expect(!PatternMatch(.header("X-Other"), whole).accepts(request))
    #expect(PatternMatch(.body, try Pattern("order")).accepts(request))
    #expect(PatternMatch(.query, try Pattern("%2E")).accepts(request))
  }
}
