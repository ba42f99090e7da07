import Crypto
import Foundation
import Testing

@testable import Verification

/// Schemes with code of their own, over headers, keys and JSON.
@Suite struct RequestSchemeTests {
  static let hex = FormSchemeTests.hex
  static let base64 = FormSchemeTests.base64

  static func hmac(_ text: String) -> [UInt8] { FormSchemeTests.hmac(text) }

  @Test func `Contentful signs the headers that it names, and the timestamp among them`() throws {
    let rule = try FormSchemeTests.sender("contentful")
    let stamp = "1790000000000"
    let text = """
      POST
      /hook?a%253D1%2526b%253D%252520
      x-contentful-signed-headers:x-contentful-signed-headers,x-contentful-timestamp,x-topic;\
      x-contentful-timestamp:\(stamp);x-topic:publish
      {"sys":{}}
      """
    func request(
      topic: String = "publish",
      names: String = "x-contentful-signed-headers,x-contentful-timestamp,x-topic",
      stamp: String = stamp, code: [UInt8] = Self.hmac(text), query: String = "a=1&b=%20"
    ) -> Request {
      .post(
        [
          ("x-contentful-signature", Self.hex(code)), ("x-contentful-timestamp", stamp),
          ("x-contentful-signed-headers", names), ("X-Topic", topic), ("X-Other", "unsigned"),
        ], body: #"{"sys":{}}"#, query: query)
    }
    #expect(rule.accepts(request()))
    #expect(!rule.accepts(request(topic: "delete")))
    #expect(!rule.accepts(request(stamp: "1790000000001")))
    #expect(!rule.accepts(request(query: "a=1&b=+")))
    #expect(!rule.accepts(request(), at: noon + 301))
    let short = "POST\n/hook\nx-contentful-signed-headers:x-topic;x-topic:publish\n{\"sys\":{}}"
    #expect(!rule.accepts(request(names: "x-topic", code: Self.hmac(short), query: "")))
  }

  @Test func `Worldpay's signatures stand behind the number of their key`() throws {
    let rule = try FormSchemeTests.sender("worldpay-access")
    let body = #"{"eventId":"e1","eventDetails":{"type":"authorized"}}"#
    let code = Self.hex(Self.hmac(body))
    func accepts(_ header: String, body: String = body) -> Bool {
      rule.accepts(.post([("Event-Signature", header)], body: body))
    }
    let request = Request.post([("Event-Signature", "1/SHA256/\(code)")], body: body)
    #expect(try rule.verify(request, at: noon).senderDelivery == "e1")
    #expect(accepts("1/SHA256/00, 2/SHA256/\(code)"))
    #expect(accepts("2/SHA256/\(code.uppercased()),bad"))
    for header in [
      "", code, "1/SHA512/\(code)", "1/SHA256/\(code)/", "1/SHA256/",
      "1/SHA256/\(code.dropLast(2))",
    ] {
      #expect(!accepts(header), "\(header)")
    }
    #expect(!accepts("1/SHA256/\(code)", body: body + " "))
  }

  /// The example of developers.smartrecruiters.com, "Create a webhook subscription secret key".
  @Test func `SmartRecruiters signs its headers, and those that are missing as empty`() throws {
    let rule = try FormSchemeTests.sender("smartrecruiters") {
      $0.secrets = [Secret("another"), Secret("HeBVky2bccvvkcXPimH8c")]
    }
    let body = #"{"job_id":"jid","candidate_id":"cid"}"#
    let documented = "2e9291f10d44ca10204a4cd81b05d73b6a316b2b605d4e2e0e0b37b40198ce1f"
    let sent = Date(timeIntervalSince1970: 1_574_080_897)
    func request(
      _ code: String, id: String = "123",
      link: String? = "<http://smartrecruiters.com/endpoint>; rel=self"
    ) -> Request {
      .post(
        [
          ("smartrecruiters-signature", "v2=00;v1=\(code);v1=00"),
          ("smartrecruiters-timestamp", "1574080897"), ("event-id", id),
          ("event-name", "application.created"), ("event-version", "v201910"),
        ] + (link.map { [("link", $0)] } ?? []), body: body)
    }
    let proof = try rule.verify(request(documented), at: sent)
    #expect(proof.senderDelivery == "123")
    #expect(!rule.accepts(request(documented, id: "124"), at: sent))
    #expect(!rule.accepts(request(documented, link: nil), at: sent))
    #expect(!rule.accepts(request(documented), at: sent + 301))
    let unlinked = HashName.sha256.authenticationCode(
      of: Array("1574080897.\(body).123.application.created.v201910.".utf8),
      key: Array("HeBVky2bccvvkcXPimH8c".utf8))
    #expect(rule.accepts(request(Self.hex(unlinked), link: nil), at: sent))
  }

  @Test func `PayPal with a pinned key, or with the certificate that the delivery names`() throws {
    let url = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-5edc0ebc"
    let key = try SigningKeys.publicKey(.rsaPKCS1(.sha256))
    let pinned = try FormSchemeTests.sender("paypal") {
      $0.webhookID = "W"
      $0.publicKeys = [key]
    }
    let fetching = try FormSchemeTests.sender("paypal") { $0.webhookID = "W" }
    let stored = try FormSchemeTests.sender("paypal") {
      $0.webhookID = "W"
      let pem = SigningKeys.rsa?.publicKey.pemRepresentation ?? ""
      try? $0.keyStore.insert(Array(pem.utf8), from: url)
    }
    let body = #"{"id":"WH-1"}"#
    // The check value of CRC-32 is the checksum of the digits one to nine.
    #expect(CRC32.checksum(of: Array("123456789".utf8)) == 0xCBF4_3926)
    let time = noon.ISO8601Format()
    let text = "T|\(time)|W|\(CRC32.checksum(of: Array(body.utf8)))"
    let code = try SigningKeys.sign(Array(text.utf8), .rsaPKCS1(.sha256), key: [])
    func request(certificate: String = url, id: String = "T", algorithm: String = "SHA256withRSA")
      -> Request
    {
      .post(
        [
          ("paypal-transmission-sig", Self.base64(code)), ("paypal-transmission-id", id),
          ("paypal-transmission-time", time), ("paypal-cert-url", certificate),
          ("paypal-auth-algo", algorithm),
        ], body: body)
    }
    #expect(pinned.accepts(request()))
    #expect(try pinned.verify(request(), at: noon).senderDelivery == "WH-1")
    #expect(!pinned.accepts(request(id: "U")))
    #expect(!pinned.accepts(request(algorithm: "SHA1withRSA")))
    #expect(pinned.accepts(request(), at: noon + 3 * 86_400))
    let strict = try FormSchemeTests.sender("paypal") {
      $0.webhookID = "W"
      $0.publicKeys = [key]
      $0.tolerance = .seconds(300)
    }
    #expect(strict.accepts(request(), at: noon + 300))
    #expect(!strict.accepts(request(), at: noon + 301))
    #expect(!strict.accepts(request(), at: noon - 301))
    #expect(stored.accepts(request()))
    guard case .failure(let rejection) = fetching.outcome(request()) else {
      Issue.record("accepted without a key")
      return
    }
    #expect(rejection.cause == .unavailable)
    #expect(rejection.wantedKey == url)
    for other in [
      "http://api.paypal.com/v1/notifications/certs/C", "https://api.paypal.com.evil.example/C",
      "https://evil.example/v1/notifications/certs/C", "https://api.paypal.com/v1/other/C",
      "https://api.paypal.com/v1/notifications/certs/../../C",
      "https://api.paypal.com@evil.example/",
    ] {
      guard case .failure(let rejection) = fetching.outcome(request(certificate: other)) else {
        continue
      }
      #expect(rejection.cause == .unverified && rejection.wantedKey == nil, "\(other)")
    }
  }

  @Test func `eBay names its key in the header`() throws {
    let body = #"{"notification":{"notificationId":"n1"}}"#
    let code = try SigningKeys.sign(Array(body.utf8), .ecdsaP256(.sha1), key: [])
    func header(_ kid: String) -> (name: String, value: String) {
      let json =
        #"{"alg":"ECDSA","kid":"\#(kid)","signature":"\#(Self.base64(code))","digest":"SHA1"}"#
      return ("x-ebay-signature", Self.base64(Array(json.utf8)))
    }
    let rule = try FormSchemeTests.sender("ebay") {
      $0.verifyTokens = [Secret("token")]
      let pem = SigningKeys.p256.publicKey.pemRepresentation.replacing("\n", with: "")
      let json = "{\"key\":\"\(pem)\",\"algorithm\":\"ECDSA\",\"digest\":\"SHA1\"}"
      try? $0.keyStore.insert(Array(json.utf8), from: EBayNotification.keyURL + "k-1")
    }
    #expect(try rule.verify(.post([header("k-1")], body: body), at: noon).senderDelivery == "n1")
    #expect(!rule.accepts(.post([header("k-1")], body: body + " ")))
    guard case .failure(let rejection) = rule.outcome(.post([header("k-2")], body: body)) else {
      Issue.record("accepted without a key")
      return
    }
    #expect(rejection.wantedKey == EBayNotification.keyURL + "k-2")
    #expect(!rule.accepts(.post([header("../k-1")], body: body)))
  }

  @Test func `SNS asks for a certificate only of its own hosts and path`() throws {
    let arn = "arn:aws:sns:eu-west-1:123456789012:topic"
    let rule = try FormSchemeTests.sender("aws-sns") { $0.topics = [arn] }
    let signature = FormSchemeTests.base64([UInt8](repeating: 0, count: 256))
    func outcome(_ url: String) -> Rejection? {
      let body = """
        {"Type":"Notification","MessageId":"1","TopicArn":"\(arn)","Message":"m","Timestamp":"t",
        "SignatureVersion":"2","Signature":"\(signature)","SigningCertURL":"\(url)"}
        """
      if case .failure(let rejection) = rule.outcome(.post(body: body)) { return rejection }
      return nil
    }
    let good = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem"
    #expect(outcome(good)?.wantedKey == good)
    #expect(outcome(good)?.cause == .unavailable)
    for bad in [
      "https://sns.eu-west-1.amazonaws.com/other.pem", "https://sns.a.b.amazonaws.com/S-1.pem",
      "https://sns.eu-west-1.amazonaws.com/x/SimpleNotificationService-0a1b.pem",
      "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem?x",
      "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0a1b.pem",
      "https://evil.example/SimpleNotificationService-0a1b.pem",
      "https://sns.s3.amazonaws.com/SimpleNotificationService-0a1b.pem",
      "https://sns.s3-eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem",
      "https://sns.evil.amazonaws.com.example/SimpleNotificationService-0a1b.pem",
      "https://u@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem",
    ] { #expect(outcome(bad)?.wantedKey == nil && outcome(bad)?.cause == .unverified, "\(bad)") }
  }

  @Test func `SNS's signature is worth nothing for a topic of somebody else`() throws {
    let vector = try #require(Vector.all.first { $0.id == "aws-sns-01" })
    var options = try vector.preset().options
    let sender = try #require(Sender.named("aws-sns"))
    #expect(ConfiguredSender(sender, options).accepts(vector.request))
    options.topics = ["arn:aws:sns:us-west-2:123456789012:Another"]
    #expect(!ConfiguredSender(sender, options).accepts(vector.request))
  }

  @Test(arguments: [
    (xml: "<n:OrganizationId>00D</n:OrganizationId>", passes: true),
    (xml: "<OrganizationId> 00D </OrganizationId>", passes: true),
    (xml: "<OrganizationId>00D</OrganizationId><OrganizationId>x</OrganizationId>", passes: false),
    (
      xml: "<!--<OrganizationId>00D</OrganizationId>--><OrganizationId>x</OrganizationId>",
      passes: false
    ),
    (xml: "<![CDATA[<OrganizationId>00D</OrganizationId>]]>", passes: false),
    (xml: "<x a='<OrganizationId>00D'/>", passes: false),
    (xml: "<OrganizationId>00", passes: false),
    (xml: "<NotOrganizationId>00D</NotOrganizationId>", passes: false), (xml: "", passes: false),
  ])
  func `Salesforce's organisation is there once`(xml: String, passes: Bool) throws {
    let rule = try FormSchemeTests.sender("salesforce") { $0.secrets = [Secret("00D")] }
    #expect(rule.accepts(.post(body: "<e>\(xml)</e>")) == passes)
  }

  @Test func `Vipps signs the body by its hash`() throws {
    let rule = try FormSchemeTests.sender("vipps-mobilepay")
    let hash = Self.base64(HashName.sha256.digest(of: Array("{}".utf8)))
    let date = "Mon, 21 Sep 2026 14:13:20 GMT"
    let code = Self.base64(Self.hmac("POST\n/hook?a=1\n\(date);hooks.example.org;\(hash)"))
    let headers = [
      (name: "x-ms-date", value: date), (name: "x-ms-content-sha256", value: hash),
      (
        name: "Authorization",
        value: "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=\(code)"
      ),
    ]
    let url = "https://hooks.example.org/hook"
    #expect(rule.accepts(.post(headers, body: "{}", query: "a=1", publicURL: url)))
    #expect(!rule.accepts(.post(headers, body: "{ }", query: "a=1", publicURL: url)))
    #expect(!rule.accepts(.post(headers, body: "{}", query: "a=2", publicURL: url)))
  }

  @Test func `a GitLab token isn't a signing token, and the other way round`() throws {
    let rule = try FormSchemeTests.sender("gitlab") { $0.secrets = [Secret("plain-token")] }
    #expect(rule.accepts(.post([("X-Gitlab-Token", "plain-token")])))
    var scheme = Signature.standard("webhook")
    scheme.keyForm = .text
    let forged = try scheme.signedRequest(key: Array("plain-token".utf8), at: noon)
    #expect(!rule.accepts(forged))
  }

  @Test func `Standard Webhooks with a public key, and with both kinds`() throws {
    var scheme = Signature.standard("webhook")
    scheme.algorithm = .ed25519
    scheme.prefix = "v1a,"
    let request = try scheme.signedRequest(key: [], at: noon)
    let key = try PublicKey(
      "whpk_" + Self.base64(Array(SigningKeys.ed25519.publicKey.rawRepresentation)))
    let both = try FormSchemeTests.sender("standard-webhooks") {
      $0.secrets = [Secret("whsec_c2VjcmV0")]
      $0.publicKeys = [key]
    }
    let one = try FormSchemeTests.sender("standard-webhooks") {
      $0.secrets = []
      $0.publicKeys = [key]
    }
    #expect(both.accepts(request))
    #expect(one.accepts(request))
    #expect(both.misconfigurations == [] && one.misconfigurations == [])
    #expect(try !FormSchemeTests.sender("standard-webhooks").accepts(request))
  }
}
