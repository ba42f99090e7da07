import Testing

@testable import Verification
@testable import Webhooks

@Suite struct ResponseRuleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let yaml: String
    var rule: ResponseRule?
    var lines: [String] = []
    var testDescription: String { yaml }
  }

  private static let rejection = "expected a status from 400 to 599"

  static let cases = [
    Case(yaml: "{}", rule: ResponseRule()),
    Case(
      yaml: "{status: 202, headers: {X-Ok: 'yes', Content-Type: text/plain}, body: ok}",
      rule: ResponseRule(
        status: 202,
        headers: [
          .init("X-Ok", "yes"), .init("Content-Type", "text/plain"),
        ], body: "ok")),
    Case(
      yaml: "{temporary: 429, permanent: 503, disabled: 410}",
      rule: ResponseRule(temporary: 429, permanent: 503, disabled: 410)),
    Case(
      yaml: "{status: 302}",
      lines: ["3:20: response.status: expected a status from 200 to 299, found \"302\""]),
    Case(
      yaml: "{temporary: 404}",
      lines: [
        "3:23: response.temporary: expected 429 or a status from 500 to 599, found \"404\""
      ]),
    Case(
      yaml: "{temporary: 200, discard: true}",
      lines: [
        "3:23: response.temporary: expected 429 or a status from 500 to 599, found \"200\"",
        "3:37: warning: response.discard: "
          + "has no effect without a 2xx for permanent or disabled",
      ]),
    Case(
      yaml: "{permanent: 200}",
      lines: [
        "3:23: response.permanent: \(rejection); a 2xx would throw deliveries away (discard: true)"
      ]),
    Case(
      yaml: "{disabled: 204}",
      lines: [
        "3:22: response.disabled: \(rejection); a 2xx would throw deliveries away (discard: true)"
      ]),
    Case(
      yaml: "{permanent: 301, discard: true}",
      lines: [
        "3:23: response.permanent: \(rejection), found \"301\"",
        "3:37: warning: response.discard: "
          + "has no effect without a 2xx for permanent or disabled",
      ]),
    Case(
      yaml: "{permanent: 200, disabled: 202, discard: true}",
      rule: ResponseRule(permanent: 200, disabled: 202, discard: true),
      lines: [
        "3:52: warning: response.discard: deliveries refused as permanent and disabled are "
          + "answered 2xx and thrown away"
      ]),
    Case(
      yaml: "{discard: true, permanent: 410}",
      rule: ResponseRule(permanent: 410, discard: true),
      lines: [
        "3:21: warning: response.discard: has no effect without a 2xx for permanent or disabled"
      ]),
    Case(
      yaml: "{status: 204, body: x}",
      lines: ["3:31: response.body: an answer with status 204 has no body"]),
    Case(
      yaml: "{headers: {Content-Length: '3', x-a: b, X-A: c}}",
      lines: [
        "3:21: response.headers: content-length can't be set",
        "3:21: response.headers: x-a is given twice",
      ]),
    Case(
      yaml: "{headers: {'X A': b, X-B: \"c\\nd\"}}",
      lines: [
        "3:22: response.headers.X A: expected the name of a header, found the text \"X A\"",
        "3:37: response.headers.X-B: expected visible ASCII characters, and blanks between them, "
          + "found the text \"c\\u{a}d\"",
      ]),
    Case(
      yaml: "{headers: [a]}",
      lines: [
        "3:21: response.headers: expected a mapping of header names to values, found a list"
      ]),
    Case(
      yaml: "200",
      lines: ["3:11: response: expected a mapping of answers, found \"200\""]),
    Case(
      yaml: "{stauts: 200}",
      lines: [
        "3:12: response.stauts: unknown key, expected one of status, headers, body, temporary, "
          + "permanent, disabled, discard (did you mean \"status\"?)"
      ]),
  ]

  @Test(arguments: cases)
  func `what a webhook answers`(_ one: Case) throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "", "webhooks/a.yaml": rightWebhook + "response: \(one.yaml)\n",
    ])
    let loading = files.load()
    #expect(
      loading.problems.map(\.description) == one.lines.map { "webhooks/a.yaml:\($0)" })
    switch loading.snapshot?.entry(for: "a".utf8) {
    case .ready(let webhook): #expect(webhook.response == one.rule)
    default: #expect(one.rule == nil)
    }
  }
}
