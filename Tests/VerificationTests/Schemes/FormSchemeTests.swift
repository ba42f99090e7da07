import Bytes
import Foundation
import Testing

@testable import Verification

/// Schemes over forms with no vectors, or not enough.
@Suite struct FormSchemeTests {
  static func hmac(_ text: String, _ hash: HashName = .sha256, key: String = "key") -> [UInt8] {
    hash.authenticationCode(of: Array(text.utf8), key: Array(key.utf8))
  }

  static func hex(_ bytes: [UInt8]) -> String { String(decoding: Hex.encode(bytes), as: UTF8.self) }
  static func base64(_ bytes: [UInt8]) -> String {
    String(decoding: Base64.encode(bytes), as: UTF8.self)
  }

  static func sender(_ name: String, _ change: (inout SenderOptions) -> Void = { _ in }) throws
    -> ConfiguredSender
  {
    var options = SenderOptions(secrets: [Secret("key")])
    change(&options)
    return ConfiguredSender(try #require(Sender.named(name)), options)
  }

  static let form = "application/x-www-form-urlencoded"

  @Test func `Mandrill signs the registered URL and each field, decoded`() throws {
    let rule = try Self.sender("mandrill")
    let url = "https://user:pass@hooks.example.org/hook"
    let code = Self.hmac(url + "a1" + "mandrill_events[{\"x\":1}]", .sha1)
    func request(_ body: String, type: String = Self.form) -> Request {
      .post(
        [("X-Mandrill-Signature", Self.base64(code)), ("Content-Type", type)], body: body,
        publicURL: url)
    }
    #expect(rule.accepts(request("mandrill_events=%5B%7B%22x%22%3A1%7D%5D&a=1")))
    #expect(!rule.accepts(request("mandrill_events=%5B%7B%22x%22%3A2%7D%5D&a=1")))
    #expect(!rule.accepts(request("mandrill_events=%5B%7B%22x%22%3A1%7D%5D&a=1&a=1")))
    #expect(
      !rule.accepts(request("mandrill_events=%5B%7B%22x%22%3A1%7D%5D&a=1", type: "text/plain")))
  }

  @Test func `Twilio's signature of an empty request is none for a body`() throws {
    let rule = try Self.sender("twilio")
    let url = "https://hooks.example.org/hook"
    let header = (name: "X-Twilio-Signature", value: Self.base64(Self.hmac(url, .sha1)))
    #expect(rule.accepts(.post([header], publicURL: url)))
    for body in ["&&&", "{}", "a=b"] {
      #expect(!rule.accepts(.post([header], body: body, publicURL: url)), "\(body)")
    }
    let typed = [header, (name: "Content-Type", value: Self.form)]
    #expect(!rule.accepts(.post(typed, body: "a=b", publicURL: url)))
  }

  @Test func `Plivo's body has to be a form, and its nonce is signed`() throws {
    let rule = try Self.sender("plivo")
    let url = "https://hooks.example.org/hook"
    func request(
      _ body: String, nonce: String = "1", type: String = Self.form, header: String? = nil
    ) -> Request {
      let code = Self.base64(Self.hmac(url + "?a1.1"))
      return .post(
        [
          ("X-Plivo-Signature-V3", header ?? code), ("X-Plivo-Signature-V3-Nonce", nonce),
          ("Content-Type", type),
        ], body: body, publicURL: url)
    }
    #expect(rule.accepts(request("a=1")))
    #expect(!rule.accepts(request("a=1", nonce: "2")))
    #expect(!rule.accepts(request("a=1", type: "application/json")))
    #expect(!rule.accepts(request("a=1", header: "")))
    #expect(!rule.accepts(request("a=1", header: String(repeating: "AAAA,", count: 40))))
    // The signed text has no separators, and a note says so.
    #expect(rule.accepts(request("a1=")))
  }

  @Test func `MessageBird's token has to say when it begins`() throws {
    let url = "https://hooks.example.org/hook"
    var token = JSONWebToken([.hs256])
    token.secrets = [Secret("key")]
    token.issuers = ["MessageBird"]
    token.bodyHash = .init("payload_hash")
    token.urlHash = .init("url_hash")
    token.header = "MessageBird-Signature-JWT"
    token.prefix = ""
    let rule = try Self.sender("messagebird")
    let request = try token.signed(.post(body: "{}", publicURL: url), at: noon)
    #expect(rule.accepts(request))
    #expect(!rule.accepts(request, at: noon - 2), "before nbf")
    let part = { (json: String) in
      String(decoding: SignatureEncoding.base64url.encode(Array(json.utf8)), as: UTF8.self)
    }
    let hash = { (text: String) in Self.hex(HashName.sha256.digest(of: Array(text.utf8))) }
    let claims =
      #"{"iss":"MessageBird","exp":1790000300,"payload_hash":"\#(hash("{}"))","url_hash":"\#(hash(url))"}"#
    let message = part(#"{"alg":"HS256"}"#) + "." + part(claims)
    let code = SignatureEncoding.base64url.encode(Self.hmac(message))
    let without = message + "." + String(decoding: code, as: UTF8.self)
    let bare = Request.post(
      [("MessageBird-Signature-JWT", without)], body: "{}", publicURL: url)
    #expect(token.accepts(bare), "the token is right but for nbf")
    #expect(!rule.accepts(bare))
  }

  @Test func `without a public URL a sender that signs it is refused for now`() throws {
    for name in ["twilio", "square", "trello", "mandrill", "plivo", "hubspot"] {
      let rule = try Self.sender(name)
      #expect(rule.needsPublicURL)
      let (sha1, sha256) = (Self.base64(Self.hmac("", .sha1)), Self.base64(Self.hmac("")))
      var request = Request.post([
        ("X-Twilio-Signature", sha1), ("x-square-hmacsha256-signature", sha256),
        ("x-trello-webhook", sha1), ("X-Mandrill-Signature", sha1),
        ("X-Plivo-Signature-V2", sha256), ("X-Plivo-Signature-V2-Nonce", "1"),
        ("X-HubSpot-Signature-v3", sha256), ("X-HubSpot-Request-Timestamp", "1790000000000"),
      ])
      request.publicURL = nil
      guard case .failure(let rejection) = rule.outcome(request) else { return }
      #expect(rejection.cause == .unavailable, "\(name): \(rejection)")
    }
  }

  @Test(arguments: [
    (payload: #"{"a":1}"#, type: "application/json", body: #"{"a":1}"#, query: "", passes: true),
    (payload: #"{"a":1}"#, type: form, body: "payload=%7B%22a%22%3A1%7D", query: "", passes: true),
    (
      payload: "payload=%7B%22a%22%3A1%7D", type: form, body: "payload=%7B%22a%22%3A1%7D",
      query: "", passes: false
    ),
    (
      payload: #"{"a":1}"#, type: form, body: "payload=%7B%22a%22%3A1%7D&payload=x", query: "",
      passes: false
    ),
    (payload: #"{"a":1}"#, type: "", body: "", query: "payload=%7B%22a%22%3A1%7D", passes: true),
    (payload: #"{"a":1}"#, type: "", body: "x", query: "payload=%7B%22a%22%3A1%7D", passes: false),
  ])
  func `Gitea signs the payload, wherever it is`(
    payload: String, type: String, body: String, query: String, passes: Bool
  ) throws {
    let request = Request.post(
      [("X-Gitea-Signature", Self.hex(Self.hmac(payload))), ("Content-Type", type)], body: body,
      query: query)
    #expect(try Self.sender("gitea").accepts(request) == passes)
  }

  @Test func `Shopware signs a body, or a query without one`() throws {
    let rule = try Self.sender("shopware")
    let query = "shop-id=1&timestamp=2"
    let signed = query + "&shopware-shop-signature=" + Self.hex(Self.hmac(query))
    var request = Request.post(query: signed)
    request.method = "GET"
    #expect(rule.accepts(request))
    request.body = Array("{}".utf8)
    #expect(!rule.accepts(request), "the signed query is none for a body")
    let app = (name: "shopware-app-signature", value: Self.hex(Self.hmac(query)))
    #expect(rule.accepts(.post([app], query: query)))
    #expect(!rule.accepts(.post([app], query: query + "&x=1")))
  }

  static func multipart(_ json: String, boundary: String = "xyz") -> (type: String, body: String) {
    (
      "multipart/form-data; boundary=\"\(boundary)\"",
      "--xyz\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n\(json)\r\n--xyz--\r\n"
    )
  }

  @Test func `Dropbox Sign signs time and type inside of a form field`() throws {
    let rule = try Self.sender("dropbox-sign")
    let hash = Self.hex(Self.hmac("1790000000signature_request_sent"))
    func json(_ type: String) -> String {
      #"{"event":{"event_type":"\#(type)","event_time":"1790000000","event_hash":"\#(hash)"}}"#
    }
    let good = Self.multipart(json("signature_request_sent"))
    let bad = Self.multipart(json("account_confirmed"))
    #expect(rule.accepts(.post([("Content-Type", good.type)], body: good.body)))
    #expect(!rule.accepts(.post([("Content-Type", good.type)], body: bad.body)))
    #expect(!rule.accepts(.post([("Content-Type", good.type)], body: good.body + good.body)))
    #expect(
      !rule.accepts(.post([("Content-Type", good.type)], body: String(good.body.dropLast(6)))))
    #expect(!rule.accepts(.post([("Content-Type", "multipart/form-data")], body: good.body)))
    let answer = try #require(rule.sender.answers.accepted)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("Hello API Event Received"))
  }

  @Test func `Mailgun's token is the delivery's id, also in a multipart form`() throws {
    let rule = try Self.sender("mailgun")
    let parts = [
      "timestamp": "1790000000", "token": "t0", "signature": Self.hex(Self.hmac("1790000000t0")),
    ]
    .map { "--b\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n" }
    let body = parts.joined() + "--b--"
    let multipart = Request.post(
      [("Content-Type", "multipart/form-data; boundary=b")], body: body)
    #expect(try rule.verify(multipart, at: noon).senderDelivery == "t0")
    let json = """
      {"signature":{"timestamp":"1790000000","token":"t0",
      "signature":"\(Self.hex(Self.hmac("1790000000t0")))"}}
      """
    #expect(try rule.verify(.post(body: json), at: noon).senderDelivery == "t0")
  }

  /// A sender who has one delivery of Mailgun's can't have its token remembered under another id.
  @Test func `Mailgun's id is the token that was verified, whatever else the body holds`() throws {
    let rule = try Self.sender("mailgun")
    let code = Self.hex(Self.hmac("17900000001234t0"))
    let signed = "timestamp=1790000000&token=1234t0&signature=\(code)"
    let forged = Request.post(
      [("Content-Type", Self.form)],
      body: #"{"signature":{"token":"another"},"a":"&"# + signed + "&z=\"}")
    #expect(try rule.verify(forged, at: noon).senderDelivery == "1234t0")
    // The border between timestamp and token is not signed.
    for (time, token) in [
      ("179000000012", "34t0"), ("179000000", "01234t0"), ("17900000001234", "t0"),
    ] {
      let moved = "timestamp=\(time)&token=\(token)&signature=\(code)"
      #expect(!rule.accepts(.post([("Content-Type", Self.form)], body: moved)), "\(time)")
    }
    // Without a usable id, a token could pass any number of times.
    for token in ["", "%00", String(repeating: "a", count: 256)] {
      let plain = token == "%00" ? "\0" : token
      let body =
        "timestamp=1790000000&token=\(token)&signature="
        + Self.hex(Self.hmac("1790000000" + plain))
      #expect(!rule.accepts(.post([("Content-Type", Self.form)], body: body)), "\(token)")
    }
  }
}
