import Foundation
import Testing
import Webhooks

/// The effect of the key `response` on answers.
@Suite struct ResponseTests {
  static func files(_ response: String) -> [String: String] {
    [
      "webhooks/a.yaml": """
      name: A
      incoming: stock
      pre_processors:
        - type: header
          name: X-Secret
          secrets: [{literal: a-long-enough-secret}]
      response: \(response)
      """,
      "incoming/stock.yaml": "name: Stock\n",
    ]
  }

  static var genuine: FakeInbound {
    FakeInbound("POST", "/webhook/a", headers: [("X-Secret", "a-long-enough-secret")])
  }

  @Test func `a success may have another status, headers and body`() throws {
    let site = try ReceivingSite(
      Self.files("{status: 202, headers: {Content-Type: text/xml, X-A: b}, body: '<ok/>'}"))
    let answer = try site.answer(to: Self.genuine)
    #expect(answer.status == 202)
    #expect(answer.body == Array("<ok/>".utf8))
    #expect(answer.headers == [.init("Content-Type", "text/xml"), .init("X-A", "b")])
    #expect(site.tasks("stock").count == 1)
  }

  @Test func `a permanent rejection may have another status, and says no more than before`() throws
  {
    let site = try ReceivingSite(Self.files("{permanent: 503}"))
    let answer = try site.answer(to: FakeInbound("POST", "/webhook/a"))
    #expect(answer.status == 503)
    #expect(answer.headers == [.init("Content-Type", "application/problem+json")])
  }

  @Test func `a temporary rejection may be a 429`() throws {
    let site = try ReceivingSite(Self.files("{temporary: 429}"))
    try FileManager.default.removeItem(at: site.folder.appending(path: "spool/stock/new"))
    let answer = try site.answer(to: Self.genuine)
    #expect(answer.status == 429)
    #expect(answer.headers.contains(.init("Retry-After", "10")))
  }

  @Test func `with discard, a refused delivery looks like a success without tasks`() throws {
    let site = try ReceivingSite(Self.files("{permanent: 200, discard: true}"))
    let answer = try site.answer(to: FakeInbound("POST", "/webhook/a"))
    #expect(answer.status == 200)
    #expect(String(decoding: answer.body, as: UTF8.self).contains(#""tasks":0"#))
    #expect(site.tasks("stock").isEmpty)
  }
}
