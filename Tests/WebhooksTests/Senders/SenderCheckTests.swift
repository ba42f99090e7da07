import Foundation
import Spooling
import Testing
import Verification

@testable import Webhooks

@Suite struct SenderCheckTests {
  private func files(_ entries: String, _ more: String = "") throws -> ConfigurationFiles {
    try ConfigurationFiles([
      "levelwind.yaml": "base_url: https://hooks.example.org\n", "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\n\(more)pre_processors:\n\(entries)\n",
    ])
  }

  private func decide(_ files: ConfigurationFiles, _ request: Request) throws -> (Decision, Answer)
  {
    let arrival = Arrivals().next(at: ConfigurationFiles.now)
    let decision = Judge.decide(
      request, arrival, try #require(files.load().snapshot), as: Identifier("a"))
    return (decision, Answer(to: decision, arrival))
  }

  private func request(
    _ method: String = "POST", _ headers: [(name: String, value: String)] = [], body: String = "",
    query: String = ""
  ) -> Request {
    Request(
      method: method, path: Array("/webhook/a".utf8), query: Array(query.utf8),
      headers: Headers(headers), body: Array(body.utf8), remote: "192.0.2.7")
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let entry: String
    let message: String
    var testDescription: String { entry }
  }

  static let mistakes = [
    Mistake(
      entry: "{type: sender, sender: shopfiy, secrets: [{literal: a}]}",
      message: "pre_processors[0].sender: expected the name of a sender (levelwind senders list), "
        + "found \"shopfiy\" (did you mean \"shopify\"?)"),
    Mistake(
      entry: "{type: sender, sender: shopify}",
      message: "pre_processors[0]: sender shopify needs secrets"),
    Mistake(
      entry: "{type: sender, sender: shopify, secrets: [{literal: a}], topics: [b]}",
      message: "pre_processors[0].topics: sender shopify takes no topics, only secrets"),
    Mistake(
      entry: "{type: signature, secrets: [{literal: a}]}",
      message: "pre_processors[0]: expected exactly one of header, headers, numbered_headers, "
        + "query_parameter, form_field, body_field"),
    Mistake(
      entry: "{type: signature, header: X-S, scheme: rsa, secrets: [{literal: a}]}",
      message: "pre_processors[0].secrets: scheme rsa takes public_keys"),
    Mistake(
      entry: "{type: signature, header: X-S, algorithm: md5, secrets: [{literal: a}]}",
      message: "pre_processors[0].algorithm: md5 is only for plain hashes, secret_first and "
        + "secret_last"),
    Mistake(
      entry: "{type: challenge, status: 204, methods: [POST]}",
      message: "pre_processors[0].methods: expected GET, HEAD or OPTIONS, since fixed and status "
        + "answer every request"),
    Mistake(
      entry: "{type: any_of, of: [{type: challenge, parameter: a}]}",
      message: "pre_processors[0].of[0].type: expected one of"),
  ]

  @Test(arguments: mistakes)
  func `a mistake is told`(_ mistake: Mistake) throws {
    let lines = try files("  - \(mistake.entry)").problems()
    #expect(lines.contains { $0.contains(mistake.message) }, "\(lines)")
  }

  @Test func `who signs the URL needs to know it`() throws {
    let files = try files("  - {type: sender, sender: twilio, secrets: [{literal: a}]}")
    #expect(files.problems() == [])
    try files.write("", to: "levelwind.yaml")
    #expect(files.problems().contains { $0.contains("the sender signs the webhook's URL") })
  }

  @Test func `a handshake's method reaches the preset, and unanswered it is a 405`() throws {
    let files = try files(
      "  - {type: sender, sender: meta-whatsapp, secrets: [{literal: a}], "
        + "verify_tokens: [{literal: meatyhamhock}]}")
    let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock"
    let (decision, answer) = try decide(files, request("GET", query: query))
    #expect(answer.status == 200)
    #expect(answer.body == Array("1158201444".utf8))
    #expect(decision.steps.map(\.outcome) == [.answered(secretName: nil)])
    for (method, query) in [("GET", ""), ("GET", "a=b"), ("PUT", query), ("OPTIONS", "")] {
      let (_, answer) = try decide(files, request(method, query: query))
      #expect(answer.status == 405)
      #expect(answer.headers.contains(.init("Allow", "POST")))
    }
  }

  @Test func `a handshake that brings a secret along is refused for a while`() throws {
    let files = try files("  - {type: sender, sender: asana, secrets: [{literal: a}]}")
    let (decision, answer) = try decide(
      files, request("POST", [(name: "X-Hook-Secret", value: "brought")]))
    #expect(answer.status == 503)
    guard case .rejected(let rejection) = decision.verdict else {
      Issue.record("not rejected")
      return
    }
    #expect(rejection.reason.contains("brings a secret along"))
    #expect(!rejection.reason.contains("brought"))
  }

  @Test func `observed, a rejection lets the delivery pass and proves nothing`() throws {
    let files = try files(
      "  - {type: header, name: X-S, secrets: [{literal: a}], observe: true}")
    for value in ["a", "b"] {
      let (decision, answer) = try decide(files, request("POST", [(name: "X-S", value: value)]))
      #expect(answer.status == 200)
      #expect(decision.proof.verified == "none")
      #expect(decision.proof.omittedHeaders.contains("x-s"))
      if value == "b", case .observed = decision.steps.first?.outcome {
      } else if value == "b" {
        Issue.record("not observed: \(decision.steps)")
      }
    }
  }

  @Test func `any_of passes with the first that does, and says every reason otherwise`() throws {
    let files = try files(
      """
        - type: any_of
          of:
            - {type: header, name: X-Old, secrets: [{literal: a}]}
            - {type: query_token, secrets: [{literal: b, name: new}]}
      """)
    let (decision, _) = try decide(files, request(query: "token=b"))
    #expect(decision.proof.verified == "query:token")
    #expect(decision.proof.secretName == "new")
    #expect(decision.proof.omittedHeaders.contains("x-old"))
    #expect(decision.proof.maskedParameters == ["token"])
    let (refused, answer) = try decide(files, request(query: "token=c"))
    #expect(answer.status == 401)
    guard case .failed(let rejection) = refused.steps.first?.outcome else {
      Issue.record("not failed")
      return
    }
    #expect(
      rejection.reason.contains(
        "none of 2 passes: header: header x-old is missing; query_token: query parameter"))
  }

  @Test func `a challenge is answered, and proves nothing`() throws {
    let entry =
      "  - {type: challenge, parameter: c, json: answer, token_parameter: t, "
      + "tokens: [{literal: s}]}\n"
    let alone = try files(entry)
    #expect(alone.problems().contains { $0.contains("anyone may send") })
    let files = try files(entry + "  - {type: header, name: X-S, secrets: [{literal: a}]}")
    #expect(files.problems().allSatisfy { !$0.contains("anyone may send") })
    let (_, answer) = try decide(files, request("GET", query: "c=x%22y&t=s"))
    #expect(answer.status == 200)
    #expect(answer.body == Array(#"{"answer":"x\"y"}"#.utf8))
    #expect(try decide(files, request("GET", query: "c=x&t=wrong")).1.status == 403)
    #expect(try decide(files, request("GET", query: "c=x")).1.status == 405)
    #expect(try decide(files, request()).1.status == 401)
    let (decision, _) = try decide(files, request("POST", [(name: "X-S", value: "a")]))
    #expect(decision.proof.verified == "header:X-S")
  }

  @Test func `a challenge may be answered with a fixed text, or a bare status`() throws {
    let proof = "\n  - {type: header, name: X-S, secrets: [{literal: a}]}"
    let bare = try files("  - {type: challenge, methods: [HEAD], status: 204}" + proof)
    #expect(try decide(bare, request("HEAD")).1 == Answer(status: 204))
    #expect(try decide(bare, request("GET")).1.status == 405)
    #expect(try decide(bare, request()).1.status == 401)
    let fixed = try files("  - {type: challenge, fixed: here}" + proof)
    #expect(try decide(fixed, request("GET")).1.body == Array("here".utf8))
  }

  @Test func `the answers that a sender insists on are given, and response wins`() throws {
    let entry = "  - {type: sender, sender: dynamics-365-business-central, secrets: [{literal: a}]}"
    let kept = try decide(files(entry), request(body: "{}")).1
    #expect(kept.status >= 500 || [408, 429].contains(kept.status))
    let mapped = try decide(files(entry, "response: {permanent: 422}\n"), request(body: "{}")).1
    #expect(mapped.status == 422)
    let xero = "  - {type: sender, sender: xero, secrets: [{literal: a}]}"
    #expect(try decide(files(xero), request(body: "{}")).1 == Answer(status: 401))
  }

  @Test
  func `a disabled webhook is like a path that leads nowhere, whatever its sender insists on`()
    throws
  {
    let xero = "  - {type: sender, sender: xero, secrets: [{literal: a}]}"
    let disabled = try decide(files(xero, "disabled: true\n"), request(body: "{}")).1
    #expect(disabled.status == 404)
    #expect(disabled.headers.contains { $0.name == "Content-Type" })
    #expect(!disabled.body.isEmpty)
    let mapped = "disabled: true\nresponse: {disabled: 410}\n"
    #expect(try decide(files(xero, mapped), request(body: "{}")).1.status == 410)
  }

  @Test func `the deadline follows the time that the sender waits`() throws {
    let strava =
      "  - {type: sender, sender: strava, secrets: [{literal: b}], verify_tokens: [{literal: a}]}"
    for (entry, deadline) in [
      (strava, Duration.milliseconds(1500)),
      ("  - {type: header, name: X-S, secrets: [{literal: a}]}", .seconds(4)),
    ] {
      guard case .ready(let webhook) = try files(entry).load().snapshot?.entry(for: "a".utf8) else {
        Issue.record("not ready: \(try files(entry).problems())")
        return
      }
      #expect(webhook.deadline == deadline)
    }
  }
}
