import Bytes
import Crypto
import Foundation
import Testing

@testable import Verification

/// A secret that has ended verifies nothing, and the refusal names it.
@Suite struct EndedSecretTests {
  private static let end = Date(timeIntervalSince1970: 1_790_000_000)
  private static let now = end + 60

  private static func secret(_ text: String, _ name: String, ends: Bool = false) -> Secret {
    Secret(Array(text.utf8), name: name, notAfter: ends ? end : nil)
  }

  private static func rules(_ secrets: [Secret]) throws -> [any Rule] {
    var signature = Signature(at: .header("X-Signature"))
    signature.secrets = secrets
    var token = JSONWebToken([.hs256])
    token.secrets = secrets
    let github = try #require(Sender.named("github"))
    return [
      SecretHeader(header: "X-Secret", secrets: secrets), BasicAuth(secrets: secrets),
      QueryToken(secrets: secrets), BodyField(path: try JSONPath("key"), secrets: secrets),
      signature, token, ConfiguredSender(github, SenderOptions(secrets: secrets)),
    ]
  }

  @Test func `whatever the rule, what is right for it is refused, and the secret named`() throws {
    let old = Self.secret("user:old-and-long-enough", "old", ends: true)
    let new = Self.secret("user:new-and-long-enough", "new")
    let request = Request(method: "POST", path: Array("/".utf8), body: Array("{}".utf8))
    for (rule, before) in zip(try Self.rules([old, new]), try Self.rules([old])) {
      let right = try before.signed(request, at: Self.end - 60)
      #expect(throws: Rejection.self, "\(rule.words)") { try rule.verify(right, at: Self.now) }
      #expect(
        rule.endedSecret(of: right, at: Self.now) == EndedSecret(name: "old", end: Self.end),
        "\(rule.words)")
      let current = try rule.signed(request, at: Self.now)
      #expect(try rule.verify(current, at: Self.now).secretName == "new")
      #expect(rule.endedSecret(of: current, at: Self.now) == nil, "\(rule.words)")
      let wrong = try
        (try #require(
          try Self.rules([Self.secret("user:another-secret", "x")]).first {
            type(of: $0) == type(of: rule)
          })).signed(request, at: Self.now)
      #expect(rule.endedSecret(of: wrong, at: Self.now) == nil, "\(rule.words)")
    }
  }

  @Test func `a public key that has ended is named likewise`() throws {
    let key = Curve25519.Signing.PrivateKey()
    let signature = try key.signature(for: Array("{}".utf8))
    let text = String(decoding: Hex.encode(Array(signature)), as: UTF8.self)
    var rule = Signature(.ed25519, at: .header("X-Signature"))
    rule.encoding = .hex
    let request = Request(
      method: "POST", path: Array("/".utf8),
      headers: Headers([("X-Signature", text)]), body: Array("{}".utf8))
    rule.publicKeys = [PublicKey(.ed25519(key.publicKey), name: "old", notAfter: Self.end)]
    #expect(try rule.verify(request, at: Self.end - 60).secretName == "old")
    #expect(throws: Rejection.self) { try rule.verify(request, at: Self.now) }
    #expect(
      rule.endedSecret(of: request, at: Self.now) == EndedSecret(name: "old", end: Self.end))
  }

  @Test(arguments: [
    (TimestampRule.Unit.seconds, "1790000060123", "; it looks like milliseconds: unit: ms"),
    (.milliseconds, "1790000060", "; it looks like seconds: unit: s"),
    (.seconds, "1789990000", ""), (.seconds, "9990000060123", ""),
  ])
  func `a timestamp in another unit is told as that`(
    _ unit: TimestampRule.Unit, _ text: String, _ hint: String
  ) throws {
    let request = Request(
      method: "POST", path: Array("/".utf8), headers: Headers([("X-Time", text)]))
    let rule = TimestampRule(.header("X-Time"), unit: unit)
    let rejection = #expect(throws: Rejection.self) {
      try rule.check(request, nil, at: Self.now)
    }
    let reason = rejection?.reason ?? ""
    #expect(reason.hasSuffix(" 300 s are allowed\(hint)"), "\(reason)")
  }
}
