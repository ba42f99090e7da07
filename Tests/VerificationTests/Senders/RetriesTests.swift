import Foundation
import Testing

@testable import Verification

/// What the presets say about a sender's retries.
@Suite struct RetriesTests {
  @Test(arguments: Sender.all.map(\.name))
  func `a preset says what its sender does after a failure, with a source`(name: String) throws {
    let retries = try #require(Sender.named(name)).retries
    switch retries {
    case .unknown: #expect(retries.source == nil)
    case .never: break
    case .again(let times, let span, _, _):
      #expect(times.map { $0 > 0 } ?? true)
      #expect(span.map { $0 > .zero && $0 <= .days(31) } ?? true)
    }
    if let source = retries.source {
      let url = try #require(URL(string: source))
      #expect(url.scheme == "https" && url.host()?.contains(".") == true)
    }
    for sentence in retries.words.split(separator: ". ") {
      #expect(sentence.first?.isUppercase == true, "\(retries.words)")
    }
    #expect(retries.words.hasSuffix("."))
  }

  @Test func `few senders never send again`() {
    #expect(
      Sender.all.filter(\.retries.areNone).map(\.name)
        == ["akeneo-events-api", "gitea-forgejo", "github", "woocommerce"])
    #expect(Sender.all.count { $0.retries.source != nil } == 40)
  }

  static let sentences: [(Retries, String)] = [
    (.never(source: "s", note: "Alas."), "A failed delivery is never sent again. Alas."),
    (.unknown, "It isn't known whether a failed delivery is sent again."),
    (
      .again(times: 8, over: .hours(4), source: "s"),
      "A failed delivery is sent again up to 8 times within 4 hours."
    ),
    (.again(times: 3, source: "s"), "A failed delivery is sent again up to 3 times."),
    (.again(over: .days(3), source: "s"), "A failed delivery is sent again for up to 3 days."),
    (.again(source: "s"), "A failed delivery is sent again; it isn't known how often."),
    (.again(over: .hours(48), source: "s"), "A failed delivery is sent again for up to 2 days."),
    (.again(over: .hours(26), source: "s"), "A failed delivery is sent again for up to 26 hours."),
    (
      .again(over: .hours(27.5), source: "s"),
      "A failed delivery is sent again for up to 27.5 hours."
    ),
    (
      .again(over: .minutes(85), source: "s"),
      "A failed delivery is sent again for up to 85 minutes."
    ),
    (
      .again(over: .seconds(60), source: "s"),
      "A failed delivery is sent again for up to 60 seconds."
    ),
  ]

  @Test(arguments: sentences)
  func `the facts become a sentence`(retries: Retries, words: String) {
    #expect(retries.words == words)
  }
}
