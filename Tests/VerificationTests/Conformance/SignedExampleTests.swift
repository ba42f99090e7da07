import Foundation
import Testing

@testable import Verification

/// Examples of deliveries. Every preset makes one that its own verification accepts, or says that
/// only the sender can sign.
@Suite struct SignedExampleTests {
  /// The presets whose senders sign with a private key of their own.
  static let onlySenders: Set<String> = [
    "adobe-commerce", "adobe-io-events", "aws-sns", "discord", "ebay", "google-pubsub", "paypal",
    "sendgrid",
  ]

  /// Returns a sender with a secret of the form that it takes, without public keys.
  private static func configured(_ sender: Sender) -> ConfiguredSender {
    let secrets = ["00010203aaBB", "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtMTI=", "kim:pass"]
    let all = secrets.map { secret in
      var options = RuleConformanceTests.options(secret: secret)
      if !sender.needs.contains(.audiences) { options.audiences = [] }
      return ConfiguredSender(sender, options)
    }
    return all.first { $0.misconfigurations.isEmpty } ?? all[0]
  }

  private static let plain: Request = {
    var request = Request.post(
      [("Content-Type", "application/json")], body: #"{"test":true}"#, query: "a=%20b",
      publicURL: "https://hooks.example.org/hook")
    request.method = "POST"
    return request
  }()

  @Test(arguments: Sender.all.map(\.name))
  func `a preset's example is accepted, unless only the sender can sign`(name: String) throws {
    let sender = try #require(Sender.named(name))
    let rule = Self.configured(sender)
    do throws(Unsignable) {
      let example = try rule.signed(Self.plain, at: noon)
      #expect(throws: Never.self) { try rule.verify(example, at: noon) }
      #expect(!rule.accepts(Self.plain))
      #expect(!Self.onlySenders.contains(name))
    } catch {
      #expect(Self.onlySenders.contains(name), "\(name): \(error.reason)")
    }
  }

  /// WorkOS's own library accepts no other separator.
  @Test func `WorkOS's example has a blank behind the comma`() throws {
    let rule = Self.configured(try #require(Sender.named("workos")))
    let example = try rule.signed(Self.plain, at: noon)
    let header = String(
      decoding: try example.headers.value("workos-signature"), as: UTF8.self)
    #expect(header.hasPrefix("t=1790000000000, v1="))
  }

  @Test func `a token has what is asked of it, and is for this body and this URL`() throws {
    var rule = JSONWebToken([.rs256, .hs384])
    rule.secrets = [Secret("old", notAfter: noon - 1), Secret("a secret")]
    rule.issuers = ["the \"sender\"", "another"]
    rule.audiences = ["us"]
    rule.claims = ["scope": ["push", "pull"]]
    rule.bodyHash = .init("body", .sha512)
    rule.urlHash = .init("url")
    let example = try rule.signed(Self.plain, at: noon)
    #expect(rule.accepts(example))
    #expect(!rule.accepts(example, at: noon + 361))
    var others = [example, example]
    others[0].body.append(0x20)
    others[1].query.append(0x61)
    for other in others { #expect(!rule.accepts(other)) }
    rule.algorithms = [.rs256]
    #expect(throws: Unsignable.self) { try rule.signed(Self.plain, at: noon) }
    rule.algorithms = [.hs256]
    rule.secrets.removeLast()
    #expect(throws: Unsignable.self) { try rule.signed(Self.plain, at: noon) }
  }

  @Test func `a token that nothing more is asked of`() throws {
    var rule = JSONWebToken([.hs256])
    rule.secrets = [Secret("a secret")]
    #expect(rule.accepts(try rule.signed(Self.plain, at: noon)))
  }

  @Test func `what can't be a secret of the scheme is said`() {
    let salesforce = SalesforceOrganization(secrets: [Secret("<a>")])
    #expect(throws: Unsignable.self) { try salesforce.signed(Self.plain, at: noon) }
  }
}
