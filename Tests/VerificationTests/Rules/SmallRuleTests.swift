import Testing

@testable import Verification

@Suite struct SmallRuleTests {
  @Test(arguments: [
    (value: "application/json", passes: true),
    (value: "Application/JSON;charset=utf-8", passes: true),
    (value: "application/json ; charset=utf-8", passes: true), (value: "text/xml", passes: true),
    (value: "text/", passes: false), (value: "application/jsonp", passes: false),
    (value: "", passes: false),
  ])
  func `a content type is allowed or not`(value: String, passes: Bool) {
    let rule = ContentTypes(["application/json", "text/*"])
    let outcome = rule.outcome(.post([("Content-Type", value)]))
    if case .failure(let rejection) = outcome { #expect(rejection.cause == .unsupported) }
    #expect(rule.accepts(.post([("Content-Type", value)])) == passes)
  }

  @Test func `no content type and two of them are not supported`() {
    let rule = ContentTypes(["application/json"])
    let field = (name: "Content-Type", value: "application/json")
    #expect(!rule.accepts(.post()))
    #expect(!rule.accepts(.post([field, field])))
  }

  @Test(arguments: [
    (certificate: PresentedCertificate(verification: "SUCCESS", subject: "CN=erp"), passes: true),
    (
      certificate: PresentedCertificate(verification: "SUCCESS", subject: "CN=other"), passes: false
    ),
    (certificate: PresentedCertificate(verification: "NONE", subject: "CN=erp"), passes: false),
    (
      certificate: PresentedCertificate(verification: "FAILED:expired", subject: "CN=erp"),
      passes: false
    ),
    (certificate: PresentedCertificate?.none, passes: false),
  ])
  func `a client certificate has to be verified and meant`(
    certificate: PresentedCertificate?, passes: Bool
  ) {
    var request = Request.post()
    request.clientCertificate = certificate
    #expect(ClientCertificate(subjects: ["CN=erp"]).accepts(request) == passes)
  }

  @Test func `a fingerprint may be written with colons and in either case`() {
    var request = Request.post()
    request.clientCertificate = PresentedCertificate(
      verification: "SUCCESS", issuer: "CN=ca", fingerprint: "ab12cd")
    #expect(ClientCertificate(fingerprints: ["AB:12:CD"]).accepts(request))
    #expect(!ClientCertificate(fingerprints: ["AB:12:CE"]).accepts(request))
    #expect(ClientCertificate(issuers: ["CN=ca"]).accepts(request))
    #expect(!ClientCertificate(issuers: ["CN=cb"]).accepts(request))
    #expect(ClientCertificate().accepts(request))
  }

  @Test(arguments: [
    (body: #"{"value":[{"clientState":"s"},{"clientState":"t"}]}"#, passes: true),
    (body: #"{"value":[{"client\u0053tate":"\u0073"}]}"#, passes: true),
    (body: #"{"value":[{"clientState":"s"},{"clientState":"x"}]}"#, passes: false),
    (body: #"{"value":[{"clientState":"s"},{}]}"#, passes: false),
    (body: #"{"value":[{"clientState":"s"},{"clientState":null}]}"#, passes: false),
    (body: #"{"value":[{"clientState":"x","clientState":"s"}]}"#, passes: false),
    (body: #"{"value":[{"clientState":"s"}],"value":[{"clientState":"x"}]}"#, passes: false),
    (body: #"{"value":[]}"#, passes: false),
    (body: #"{"value":{"clientState":"s"}}"#, passes: false),
    (body: #"{"value":[{"clientState":"s"}]"#, passes: false),
    (body: #"{"value":[{"clientState":"s"}]}}"#, passes: false), (body: "", passes: false),
  ])
  func `a body field has to equal a secret in every item, once`(body: String, passes: Bool) throws {
    let rule = BodyField(
      path: try JSONPath("value[].clientState"), secrets: [Secret("s"), Secret("t")])
    #expect(rule.accepts(.post(body: body)) == passes)
  }

  @Test(arguments: [
    (query: "token=a%2Bb", passes: true), (query: "token=a+b", passes: true),
    (query: "x=1&token=a%2bb", passes: true), (query: "%74oken=a%2Bb", passes: true),
    (query: "token=a%20b", passes: false), (query: "token=a%2Bb&token=a%2Bb", passes: false),
    (query: "token=a%2Bb&%74oken=x", passes: false), (query: "token", passes: false),
    (query: "token=", passes: false), (query: "Token=a%2Bb", passes: false),
    (query: "", passes: false),
  ])
  func `a query token has to be there once`(query: String, passes: Bool) {
    #expect(QueryToken(secrets: [Secret("a+b")]).accepts(.post(query: query)) == passes)
  }

  @Test func `a query token is masked in the task`() throws {
    let proof = try QueryToken(parameter: "key", secrets: [Secret("s", name: "n")])
      .verify(.post(query: "key=s"), at: noon)
    #expect(proof == Proof(verified: "query:key", secretName: "n", maskedParameters: ["key"]))
  }

  @Test func `of several rules one has to hold, and every secret is left out`() throws {
    let rule = AnyOf([
      SecretHeader(header: "Old", secrets: [Secret("o")]),
      QueryToken(secrets: [Secret("q")]), BasicAuth(secrets: [Secret("u:p")]),
    ])
    let proof = try rule.verify(.post([("Old", "x")], query: "token=q"), at: noon)
    #expect(proof.verified == "query:token")
    #expect(proof.omittedHeaders == ["old", "authorization"])
    #expect(proof.maskedParameters == ["token"])
    #expect(!rule.accepts(.post([("Old", "x")])))
    #expect(!AnyOf([]).accepts(.post()))
  }

  @Test func `of several rejections a temporary one wins, and an agreed one stays`() throws {
    let forbidden = Addresses(ranges: [try AddressRange("10.0.0.1")])
    var signature = Signature(at: .header("s"))
    signature.message = [.url]
    signature.secrets = [Secret("s")]
    let request = Request.post([("s", String(repeating: "00", count: 32))])
    func kind(_ rules: [any Rule]) -> Rejection.Cause? {
      if case .failure(let rejection) = AnyOf(rules).outcome(request) {
        rejection.cause
      } else {
        nil
      }
    }
    #expect(kind([forbidden, signature]) == .unavailable)
    #expect(kind([forbidden, forbidden]) == .forbidden)
    #expect(kind([forbidden, BasicAuth(secrets: [])]) == .unverified)
  }

  @Test func `who sends the new header is held to it`() {
    let rule = FirstAddressed([
      SecretHeader(header: "New", secrets: [Secret("n")]),
      SecretHeader(header: "Old", secrets: [Secret("o")]),
    ])
    #expect(rule.accepts(.post([("New", "n")])))
    #expect(rule.accepts(.post([("Old", "o")])))
    #expect(!rule.accepts(.post([("New", "x"), ("Old", "o")])))
    #expect(!rule.accepts(.post()))
  }
}
