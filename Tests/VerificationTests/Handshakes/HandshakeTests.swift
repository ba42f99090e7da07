import Foundation
import Testing

@testable import Verification

/// Handshakes without vectors, and the difference between them and deliveries.
@Suite struct HandshakeTests {
  static func text(_ answer: HandshakeAnswer?) -> String? {
    answer.map { String(decoding: $0.body, as: UTF8.self) }
  }

  static func get(_ query: String, _ headers: [(name: String, value: String)] = []) -> Request {
    var request = Request.post(headers, query: query, publicURL: "https://hooks.example.org/hook")
    request.method = "GET"
    return request
  }

  @Test(arguments: [
    (
      sender: "strava", query: "hub.mode=subscribe&hub.verify_token=v&hub.challenge=c%20d",
      status: 200, body: #"{"hub.challenge":"c d"}"#
    ),
    (
      sender: "strava", query: "hub.mode=subscribe&hub.verify_token=w&hub.challenge=c", status: 403,
      body: ""
    ),
    (sender: "dropbox", query: "challenge=%3Cscript%3E", status: 200, body: "<script>"),
    (sender: "fitbit", query: "verify=v", status: 204, body: ""),
    (sender: "fitbit", query: "verify=w", status: 404, body: ""),
    (sender: "mailchimp", query: "", status: 200, body: ""),
    (sender: "microsoft-graph", query: "validationToken=a%2Bb", status: 200, body: "a+b"),
    // HMAC-SHA256 of the token under the secret, and SHA-256 of the three texts, computed by other
    // tools.
    (
      sender: "x", query: "crc_token=challenge", status: 200,
      body: #"{"response_token":"sha256=/pSWP7rGsIbPhx1COvS7X3o9wOYdN+THjRIqbMdRs+g="}"#
    ),
    (
      sender: "ebay", query: "challenge_code=a1", status: 200,
      body:
        #"{"challengeResponse":"7f85f07536b1b893e117011a1ef459b03808d1ee18053597f3ddfc95feb9a4d6"}"#
    ),
  ])
  func `a challenge in the query is answered`(
    sender: String, query: String, status: Int, body: String
  ) throws {
    let rule = try FormSchemeTests.sender(sender) { $0.verifyTokens = [Secret("v")] }
    let answer = try #require(try rule.answer(Self.get(query), at: noon))
    #expect(answer.status == status)
    #expect(Self.text(answer) == body)
    if !body.isEmpty {
      #expect(answer.headers.contains(.init("X-Content-Type-Options", "nosniff")))
    }
  }

  @Test func `a challenge that came twice, or is too long, is refused`() throws {
    let rule = try FormSchemeTests.sender("dropbox")
    let long = "challenge=" + String(repeating: "a", count: 10_000)
    for query in ["challenge=a&challenge=b", long] {
      #expect(throws: Rejection.self) { try rule.answer(Self.get(query), at: noon) }
    }
    #expect(try rule.answer(Self.get("other=a"), at: noon) == nil)
    #expect(try rule.answer(.post(query: "challenge=a"), at: noon) == nil, "the method differs")
  }

  /// Some web servers pass one header with a comma, and others two headers.
  @Test(arguments: [
    (sender: "asana", header: "X-Hook-Secret"),
    (sender: "smartrecruiters", header: "X-Hook-Secret"),
    (sender: "okta", header: "X-Okta-Verification-Challenge"),
    (sender: "cloudevents", header: "WebHook-Request-Origin"),
  ])
  func `a header of a handshake that came twice is refused`(sender: String, header: String) throws {
    let rule = try FormSchemeTests.sender(sender)
    func outcome(_ headers: [(name: String, value: String)]) throws -> HandshakeAnswer? {
      var request = Request.post(headers)
      request.method = sender == "okta" ? "GET" : sender == "cloudevents" ? "OPTIONS" : "POST"
      return try rule.answer(request, at: noon)
    }
    #expect(try outcome([(header, "a")])?.status == 200)
    for headers in [[(header, "a"), (header, "a")], [(header, "a, a")]] {
      #expect(throws: Rejection.self) { try outcome(headers) }
    }
  }

  @Test func `Okta's challenge is in a header, and its answer valid JSON`() throws {
    let request = Self.get("", [("X-Okta-Verification-Challenge", "a\"b\\c")])
    let answer = try FormSchemeTests.sender("okta").answer(request, at: noon)
    #expect(Self.text(answer) == #"{"verification":"a\"b\\c"}"#)
  }

  @Test(arguments: ["trello", "mandrill"])
  func `HEAD is answered 200`(name: String) throws {
    var request = Request.post()
    request.method = "HEAD"
    let rule = try FormSchemeTests.sender(name)
    #expect(rule.sender.handshakeMethods == ["HEAD"])
    #expect(try rule.answer(request, at: noon)?.status == 200)
  }

  @Test func `Asana's secret is learned, and said back`() throws {
    let rule = try FormSchemeTests.sender("asana")
    let request = Request.post([("X-Hook-Secret", "0123abcd")])
    let answer = try #require(try rule.answer(request, at: noon))
    #expect(answer.headers == [.init("X-Hook-Secret", "0123abcd")])
    #expect(answer.learned?.bytes == Array("0123abcd".utf8))
    #expect(!"\(answer.learned!)".contains("0123"))
    let signed = Request.post([("X-Hook-Secret", "0123abcd"), ("X-Hook-Signature", "00")])
    #expect(try rule.answer(signed, at: noon) == nil)
    for value in ["", "a\r\nSet-Cookie: b", "é"] {
      #expect(throws: Rejection.self, "\(value)") {
        try rule.answer(.post([("X-Hook-Secret", value)]), at: noon)
      }
    }
  }

  @Test func `SmartRecruiters' value is said back, and isn't a secret`() throws {
    let rule = try FormSchemeTests.sender("smartrecruiters")
    let answer = try #require(
      try rule.answer(.post([("X-Hook-Secret", "4jn8fs9011jj8")]), at: noon))
    #expect(answer.status == 200)
    #expect(answer.headers == [.init("X-Hook-Secret", "4jn8fs9011jj8")])
    #expect(answer.learned == nil)
    let signed = [("X-Hook-Secret", "a"), ("smartrecruiters-signature", "v1=00")]
    #expect(try rule.answer(.post(signed), at: noon) == nil)
    #expect(throws: Rejection.self) {
      try rule.answer(.post([("X-Hook-Secret", "a\r\nSet-Cookie: b")]), at: noon)
    }
  }

  @Test func `Notion's token is learned, unless the request is signed`() throws {
    let rule = try FormSchemeTests.sender("notion")
    let body = #"{"verification_token":"secret_1"}"#
    let answer = try rule.answer(.post(body: body), at: noon)
    #expect(answer?.status == 200 && answer?.body == [])
    #expect(answer?.learned?.bytes == Array("secret_1".utf8))
    #expect(try rule.answer(.post([("X-Notion-Signature", "x")], body: body), at: noon) == nil)
    #expect(throws: Rejection.self) {
      try rule.answer(
        .post(body: #"{"verification_token":"a","verification_token":"b"}"#), at: noon)
    }
  }

  @Test func `Event Grid's code comes back as JSON`() throws {
    let body = #"[{"data":{"validationCode":"512d38b6"},"eventType":"x"}]"#
    let rule = try FormSchemeTests.sender("azure-event-grid")
    let request = Request.post([("aeg-event-type", "SubscriptionValidation")], body: body)
    let answer = try rule.answer(request, at: noon)
    #expect(answer?.status == 200)
    #expect(Self.text(answer) == #"{"validationResponse":"512d38b6"}"#)
    #expect(try rule.answer(.post(body: body), at: noon) == nil)
  }

  @Test func `Twitch's challenge is answered only if it is signed`() throws {
    let rule = try FormSchemeTests.sender("twitch")
    var request = try #require(rule.sender.makeRule(rule.options).signatures.first)
      .signedRequest(key: Array("key".utf8), at: noon, body: #"{"challenge":"c"}"#)
    request.headers.append(
      name: "Twitch-Eventsub-Message-Type", value: Array("webhook_callback_verification".utf8))
    #expect(Self.text(try rule.answer(request, at: noon)) == "c")
    request.body = Array(#"{"challenge":"d"}"#.utf8)
    #expect(throws: Rejection.self) { try rule.answer(request, at: noon) }
  }

  @Test func `Zoom is answered with the secret that it signed with`() throws {
    let vector = try #require(Vector.all.first { $0.id == "zoom-03" })
    var request = vector.request
    vector.sign(&request)
    var options = SenderOptions(secrets: [Secret("the new one")])
    options.secrets += vector.sharedSecrets
    let rule = ConfiguredSender(try #require(Sender.named("zoom")), options)
    let answer = Self.text(try rule.answer(request, at: noon))
    #expect(answer == vector.expectResponse?["body"]?.text)
  }

  @Test func `CloudEvents origins can be limited, and a rate is granted if asked for`() throws {
    var request = Request.post([("WebHook-Request-Origin", "events.example")])
    request.method = "OPTIONS"
    let any = try FormSchemeTests.sender("cloudevents")
    let answer = try #require(try any.answer(request, at: noon))
    #expect(!answer.headers.contains { $0.name == "WebHook-Allowed-Rate" })
    let one = try FormSchemeTests.sender("cloudevents") { $0.origins = ["other.example"] }
    #expect(throws: Rejection.self) { try one.answer(request, at: noon) }
  }

  @Test(arguments: [
    (url: "https://sns.eu-west-1.amazonaws.com/?Action=x", matches: true),
    (url: "https://SNS.eu-west-1.amazonaws.com/", matches: true),
    (url: "http://sns.eu-west-1.amazonaws.com/", matches: false),
    (url: "https://sns.eu-west-1.amazonaws.com.evil.example/", matches: false),
    (url: "https://sns..amazonaws.com/", matches: false),
    (url: "https://sns.us-gov-west-1.amazonaws.com/", matches: true),
    (url: "https://sns.eu-isoe-west-12.amazonaws.com/", matches: true),
    (url: "https://sns.s3.amazonaws.com/", matches: false),
    (url: "https://sns.s3-eu-west-1.amazonaws.com/", matches: false),
    (url: "https://sns.eu-west-1-.amazonaws.com/", matches: false),
    (url: "https://sns.eu-west-123.amazonaws.com/", matches: false),
    (url: "https://sns.eu--1.amazonaws.com/", matches: false),
    (url: "https://sns.eu-1.amazonaws.com/", matches: false),
    (url: "https://sns.eu-w3st-1.amazonaws.com/", matches: false),
    (url: "https://sns.a.b.amazonaws.com/", matches: false),
    (url: "https://x@sns.eu-west-1.amazonaws.com/", matches: false),
    (url: "https://sns.eu-west-1.amazonaws.com:444/", matches: false),
    (url: "https://evil.example\\@sns.eu-west-1.amazonaws.com/", matches: false),
    (url: "https://sns.eu-west-1.amazonaws.com\\.evil.example/", matches: false),
    (url: "https://sns.eu west.amazonaws.com/", matches: false), (url: "", matches: false),
  ])
  func `a host is trusted to the letter`(url: String, matches: Bool) {
    #expect(HostPattern(stringLiteral: "sns.*.amazonaws.com").matches(url: url) == matches)
  }

  @Test func `SNS's URL is opened only on SNS's hosts`() throws {
    let reply = HandshakeReply.opened(.parameter("u"), hosts: SNSMessage.hosts)
    let handshake = Handshake(methods: ["GET"], when: [], reply: reply)
    let good = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription"
    let query = "u=" + good.replacing("?", with: "%3F")
    #expect(try handshake.answer(Self.get(query), at: noon)?.open == good)
    #expect(throws: Rejection.self) {
      try handshake.answer(Self.get("u=https://evil.example/"), at: noon)
    }
  }

  @Test func `a challenge of a sender that nobody has met yet`() throws {
    let handshake = Handshake(
      methods: ["GET"], when: [.has(.parameter("echo"))],
      reply: .checked(parameter: "token", .json("reply", .parameter("echo")), otherwise: 403))
    var options = SenderOptions()
    options.verifyTokens = [Secret("t")]
    let answer = try handshake.answer(Self.get("echo=1&token=t"), with: options, at: noon)
    #expect(Self.text(answer) == #"{"reply":"1"}"#)
    let wrong = try handshake.answer(Self.get("echo=1&token="), with: options, at: noon)
    #expect(wrong?.status == 403)
    #expect(throws: Rejection.self) {
      try handshake.answer(Self.get("echo=1"), with: options, at: noon)
    }
  }
}
