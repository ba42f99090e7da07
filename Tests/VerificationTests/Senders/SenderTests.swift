import Testing

@testable import Verification

@Suite struct SenderTests {
  @Test(arguments: [
    (name: "github", found: "github" as String?), (name: "gitea", found: "gitea-forgejo"),
    (name: "twitter", found: "x"), (name: "GitHub", found: nil), (name: "", found: nil),
  ])
  func `a sender is found by its name or another`(name: String, found: String?) {
    #expect(Sender.named(name)?.name == found)
  }

  @Test func `a proof names the sender, the secret and the delivery`() throws {
    let vector = try #require(Vector.all.first { $0.id == "github-17" })
    let proof = try vector.preset().verify(vector.request, at: noon)
    #expect(
      proof
        == Proof(
          verified: "sender:github", secretName: "secret 1",
          senderDelivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958"))
    #expect(try vector.preset().event(of: vector.request) == "ping")
  }

  /// `svix-id` is read before `webhook-id`, and anybody can choose it where only the latter is
  /// signed.
  @Test(arguments: ["svix", "gitlab", "standard-webhooks", "bigcommerce", "openai"])
  func `the id of a delivery is the one that was verified`(name: String) throws {
    let sender = try #require(Sender.named(name))
    let secret = Secret("whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtMTI=")
    let rule = ConfiguredSender(sender, SenderOptions(secrets: [secret]))
    let scheme = try #require(
      sender.makeRule(rule.options).signatures.last { $0.deliveryHeader == "webhook-id" })
    var request = try scheme.signedRequest(
      key: try #require(scheme.keyForm.key(of: secret.bytes)), at: noon)
    let id = String(decoding: try request.headers.value("webhook-id"), as: UTF8.self)
    for header in ["svix-id", "Idempotency-Key"] {
      request.headers.append(name: header, value: Array("another".utf8))
    }
    #expect(try rule.verify(request, at: noon).senderDelivery == id)
  }

  /// The preset's header for the id is never read where a signed header has the id.
  @Test func `a header that is signed and names the delivery is taken from the proof`() {
    for sender in Sender.all {
      for scheme in sender.makeRule(SenderOptions()).signatures {
        let signed = (sender.delivery?.headers ?? []).filter {
          scheme.message.contains(.header($0)) || scheme.message.contains(.headerIfAny($0))
        }
        guard !signed.isEmpty else { continue }
        #expect(signed.first?.lowercased() == scheme.deliveryHeader?.lowercased(), "\(sender.name)")
      }
    }
  }

  @Test func `what carries a secret is left out, and a verify token masked`() throws {
    let gitlab = try FormSchemeTests.sender("gitlab")
    #expect(gitlab.secretHeaders == ["x-gitlab-token"])
    let proof = try gitlab.verify(.post([("X-Gitlab-Token", "key")]), at: noon)
    #expect(proof.omittedHeaders == ["x-gitlab-token"])
    #expect(try FormSchemeTests.sender("strava").secretParameters == ["hub.verify_token"])
    #expect(try FormSchemeTests.sender("channelengine").secretParameters == ["token"])
  }

  @Test func `what is missing or of another form is said`() throws {
    func problems(_ name: String, _ change: (inout SenderOptions) -> Void) throws -> [String] {
      try FormSchemeTests.sender(name, change).misconfigurations.map(\.reason)
    }
    #expect(try problems("aws-sns") { _ in } == ["sender aws-sns needs topics"])
    #expect(try problems("github") { $0.secrets = [] } == ["sender github needs secrets"])
    #expect(try problems("adyen") { $0.secrets = [Secret("x")] } == ["a secret is not hexadecimal"])
    #expect(try problems("discord") { _ in } == ["sender discord needs public_keys"])
    let rsa = try SigningKeys.publicKey(.rsaPKCS1(.sha256))
    #expect(
      try problems("discord") { $0.publicKeys = [rsa] }
        == ["public key (unnamed) is RSA, and the scheme takes Ed25519"])
    #expect(
      try problems("azure-event-grid") { $0.audiences = ["a"] }
        == ["audiences have no effect without issuers"])
    #expect(
      try problems("google-pubsub") { $0.audiences = ["a"] }
        == ["sender google-pubsub needs claims"])
  }

  @Test func `a tolerance that is configured is held to`() throws {
    let vector = try #require(Vector.all.first { $0.id == "paddle-04" })
    var options = try vector.preset().options
    let sender = try #require(Sender.named("paddle"))
    #expect(!ConfiguredSender(sender, options).accepts(vector.request, at: vector.moment))
    options.tolerance = .seconds(6)
    #expect(ConfiguredSender(sender, options).accepts(vector.request, at: vector.moment))
  }

  @Test func `only Business Central's rejections are told otherwise, and some answers are empty`() {
    #expect(
      Sender.all.filter { $0.answers.refused != nil }.map(\.name) == [
        "dynamics-365-business-central"
      ])
    #expect(Sender.all.filter(\.answers.mustBeEmpty).map(\.name) == ["discord", "xero"])
  }
}
