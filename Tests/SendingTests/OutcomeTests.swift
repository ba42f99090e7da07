import Foundation
import Importing
import Testing
import Webhooks

@testable import Fetching
@testable import Sending

/// The outcome of a record by the server's answer.
@Suite struct OutcomeTests {
  private static let now = Date(timeIntervalSince1970: 1_795_456_146)

  private func outcome(_ status: Int, _ retryAfter: String? = nil) -> Outcome {
    HTTPWork.outcome(
      of: OutgoingReply(status: status, retryAfter: retryAfter), by: StatusMeanings(),
      at: Self.now)
  }

  @Test(arguments: [200, 201, 202, 204, 299])
  func `every 2xx is done`(status: Int) { #expect(outcome(status) == .done) }

  @Test(arguments: [400, 401, 403, 404, 409, 410, 413, 422, 451])
  func `other 4xx are given up at once`(status: Int) {
    #expect(outcome(status) == .never("answered \(status)"))
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func `a redirect is given up, and not followed`(status: Int) {
    #expect(outcome(status) == .never("answered \(status), and no redirect is followed"))
  }

  @Test(arguments: [408, 429, 500, 502, 503, 504])
  func `what may be better later is tried again`(status: Int) {
    #expect(outcome(status) == .again("answered \(status)"))
    #expect(outcome(status, "7") == .again("answered \(status)", after: .seconds(7)))
  }

  @Test(arguments: [
    ("0", Duration.zero), ("120", .seconds(120)), (" 5 ", .seconds(5)),
    ("86401", .seconds(86400)), ("99999999999999999999", .seconds(86400)),
    // 2026-11-23T17:49:06Z is now.
    ("Mon, 23 Nov 2026 17:50:06 GMT", .seconds(60)),
    ("Mon, 23 Nov 2026 17:00:00 GMT", .zero),
    ("Wed, 23 Nov 2027 17:00:00 GMT", .seconds(86400)),
  ])
  func `Retry-After is seconds or a date, and at most a day`(text: String, wait: Duration) {
    #expect(RetryAfter.wait(text, at: Self.now) == wait)
  }

  @Test(arguments: [
    "", "soon", "-1", "1.5", "+3", "Mon, 23 Nov 2026 17:50:06", "23 Nov 2026 17:50:06 GMT",
    "Mon, 23 Foo 2026 17:50:06 GMT", "Mon, 99 Nov 2026 17:50:06 GMT",
  ])
  func `anything else isn't a wish`(text: String) {
    #expect(RetryAfter.wait(text, at: Self.now) == nil)
  }

  @Test func `what a server says is kept for people, on lines of its own and bounded`() {
    var reply = OutgoingReply(status: 500, retryAfter: nil)
    reply.body = Array(String(repeating: "x", count: 5000).utf8)
    #expect(
      HTTPWork.outcome(of: reply, by: StatusMeanings(), at: Self.now)
        == .again("answered 500\n" + String(repeating: "x", count: 1000)))
  }
}
