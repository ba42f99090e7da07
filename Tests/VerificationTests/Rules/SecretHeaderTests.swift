import Foundation
import Testing

@testable import Verification

@Suite struct SecretHeaderTests {
  let rule = SecretHeader(
    header: "X-Webhook-Secret",
    secrets: [Secret("new-secret", name: "new"), Secret("old-secret", name: "old")])

  @Test func `a header that equals a secret is the proof, and is left out of the task`() throws {
    let proof = try rule.verify(.post([("x-webhook-secret", "old-secret")]), at: noon)
    #expect(proof.verified == "header:X-Webhook-Secret")
    #expect(proof.secretName == "old")
    #expect(proof.omittedHeaders == ["x-webhook-secret"])
  }

  @Test(arguments: ["", "old", "old-secret-", "Old-secret", "old-secreT", "xld-secret"])
  func `another value is refused`(value: String) {
    #expect(!rule.accepts(.post([("X-Webhook-Secret", value)])))
  }

  @Test func `a header that is missing or came twice is refused`() {
    let header = (name: "X-Webhook-Secret", value: "old-secret")
    #expect(
      rule.outcome(.post()) == .failure(.unverified("header x-webhook-secret is missing")))
    #expect(
      rule.outcome(.post([header, header]))
        == .failure(
          .unverified(
            "header X-Webhook-Secret equals no secret that is in use (it came 2 times)")))
    #expect(!rule.accepts(.post([(header.name, "old-secret, old-secret")])))
  }

  @Test func `an empty secret verifies nothing, not even an empty header`() {
    let rule = SecretHeader(header: "X-Webhook-Secret", secrets: [Secret("")])
    #expect(!rule.accepts(.post([("X-Webhook-Secret", "")])))
  }

  @Test func `a secret past its last moment no longer matches, and the others still do`() {
    let rule = SecretHeader(
      header: "k", secrets: [Secret("a", notAfter: noon), Secret("b")])
    #expect(rule.accepts(.post([("k", "a")]), at: noon))
    #expect(!rule.accepts(.post([("k", "a")]), at: noon.addingTimeInterval(0.001)))
    #expect(rule.accepts(.post([("k", "b")]), at: noon.addingTimeInterval(0.001)))
  }

  @Test(arguments: [
    (value: "Bearer token", passes: true), (value: "bearer token", passes: true),
    (value: "token", passes: false), (value: "Bearer", passes: false),
    (value: "Bearer  token", passes: false), (value: "Basic token", passes: false),
  ])
  func `a prefix has to be there`(value: String, passes: Bool) {
    let rule = SecretHeader(header: "Authorization", prefix: "Bearer ", secrets: [Secret("token")])
    #expect(rule.accepts(.post([("Authorization", value)])) == passes)
  }
}
