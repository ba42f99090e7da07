import Foundation
import Testing
import Verification

@testable import Webhooks

/// The parts of a request that the log shows, and those that it never shows.
@Suite struct LoggingRuleTests {
  private static let checks = """
    pre_processors:
      - type: any_of
        of:
          - {type: header, name: X-Secret, secrets: [{literal: s-header-value}]}
          - {type: query_token, secrets: [{literal: s-query-value}]}
          - {type: body_field, path: "value[].clientState", secrets: [{literal: s-body-value}]}
    """

  /// Returns the only entry of a delivery.
  private func entry(
    _ logging: String, _ inbound: FakeInbound, checks: String = checks
  ) throws -> (text: String, json: [String: Any]) {
    let site = try ReceivingSite([
      "incoming/stock.yaml": "",
      "webhooks/erp.yaml": "incoming: stock\nlogging: \(logging)\n\(checks)\n",
    ])
    _ = try site.answer(to: inbound)
    try #require(site.lines.texts.count == 1)
    let text = site.lines.texts[0]
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return (text, try #require(json))
  }

  private func inbound(
    _ body: String = #"{"value":[{"clientState":"s-body-value","n":1}],"mail":"a@b"}"#,
    secret: String = "s-header-value"
  ) -> FakeInbound {
    FakeInbound(
      "POST", "/webhook/erp",
      headers: [
        (name: "X-Secret", value: secret), (name: "Authorization", value: "Bearer s-token"),
        (name: "Cookie", value: "s-cookie"), (name: "X-Event", value: "stock"),
        (name: "X-Event", value: "again"), (name: "X-Mail", value: "a@b"),
      ], body: body, query: "a=1&token=s-query-value")
  }

  @Test func `plainly, neither headers nor body are shown`() throws {
    let (text, json) = try entry("true", inbound())
    #expect(json["headers"] == nil && json["body"] == nil && json["query"] == nil)
    #expect(!text.contains("s-"))
    #expect(json["body_bytes"] as? Int == 61)
    #expect((json["body_sha256"] as? String)?.count == 64)
    #expect(json["generation"] as? Int == 1)
    #expect((json["tasks"] as? [String])?.count == 1)
  }

  @Test(arguments: ["s-header-value", "guess"])
  func `secrets are redacted without being asked, also of what is refused`(secret: String) throws {
    let (text, json) = try entry("{headers: true, body: 1KiB}", inbound(secret: secret))
    let headers = try #require(json["headers"] as? [String: String])
    #expect(headers["x-secret"] == "***")
    #expect(headers["authorization"] == "***")
    #expect(headers["cookie"] == "***")
    #expect(headers["x-event"] == "stock, again")
    #expect(json["query"] as? String == "a=1&token=***")
    #expect(
      json["body"] as? String == #"{"value":[{"clientState":"***","n":1}],"mail":"a@b"}"#)
    #expect(!text.contains("s-header") && !text.contains("s-body") && !text.contains("s-query"))
    #expect(!text.contains("guess") && !text.contains("s-token") && !text.contains("s-cookie"))
  }

  @Test func `what is named is shown, and what is to be redacted is not`() throws {
    let (_, json) = try entry(
      "{headers: [X-Event, X-Mail, Cookie], redact_headers: [x-mail], body: 64KiB, redact: [mail]}",
      inbound())
    #expect(
      json["headers"] as? [String: String] == [
        "x-event": "stock, again", "x-mail": "***", "cookie": "***",
      ])
    #expect(
      json["body"] as? String == #"{"value":[{"clientState":"***","n":1}],"mail":"***"}"#)
  }

  @Test func `a body in which secrets can't be found is not shown`() throws {
    for body in [
      "no JSON, s-body-value", #"{"value":[],"value":[{"clientState":"s-body-value"}]}"#,
    ] {
      let (text, json) = try entry("{body: 1KiB}", inbound(body))
      #expect((json["body"] as? String)?.hasPrefix("(not shown") == true)
      #expect(!text.contains("s-body-value"))
    }
  }

  @Test func `the first bytes of a body, cut between characters`() throws {
    let checks = "pre_processors: []"
    let (_, json) = try entry("{body: 4}", inbound("abc😀def"), checks: checks)
    #expect(json["body"] as? String == "abc… (cut)")
    let (_, whole) = try entry("{body: 4}", inbound("abcd"), checks: checks)
    #expect(whole["body"] as? String == "abcd")
  }

  @Test func `a redacted value that begins within the first bytes is masked whole`() throws {
    let path = [try JSONPath("a")]
    let body = Array((#"{"a":""# + String(repeating: "s", count: 500) + #"","b":1}"#).utf8)
    #expect(BodyExcerpt(path, mostBytes: 8).text(of: body) == #"{"a":"**… (cut)"#)
    #expect(BodyExcerpt(path, mostBytes: 100).text(of: body) == #"{"a":"***","b":1}"#)
  }

  @Test(arguments: ["1", "{headers: 7}", "{body: 1MiB}", "{redact: [\"a..b\"]}", "{boby: 1}"])
  func `a value that can't mean logging is told with its line`(logging: String) throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "",
      "webhooks/erp.yaml": "incoming: stock\npre_processors: []\nlogging: \(logging)\n",
    ])
    let problems = files.load().problems
    #expect(problems.count == 1)
    #expect(problems.first.map { "\($0)" }?.hasPrefix("webhooks/erp.yaml:3:") == true)
  }
}
