import Foundation
import Testing
import Verification

@testable import Webhooks

@Suite struct PreProcessorTests {
  private func preProcessor(_ yaml: String) throws -> any PreProcessor {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\npre_processors:\n  - \(yaml)\n",
    ])
    guard case .ready(let webhook) = files.load().snapshot?.entry(for: "a".utf8) else {
      throw SyntaxError(message: files.problems().joined(separator: "\n"))
    }
    return try #require(webhook.preProcessors.first).check
  }

  private func proof(_ check: any PreProcessor, _ request: Request) throws -> Proof? {
    let outcome = try check.check(request, at: ConfigurationFiles.now)
    return if case .passed(let proof) = outcome { proof } else { nil }
  }

  private func refusal(_ check: any PreProcessor, _ request: Request) -> Rejection.Cause? {
    do throws(Rejection) {
      _ = try check.check(request, at: ConfigurationFiles.now)
      return nil
    } catch {
      return error.cause
    }
  }

  private func request(
    _ headers: [(name: String, value: String)], body: String = "", remote: String = "192.0.2.7"
  ) -> Request {
    Request(
      method: "POST", path: Array("/webhook/a".utf8), headers: Headers(headers),
      body: Array(body.utf8), remote: remote)
  }

  @Test func `a header equals one of the secrets, after its prefix`() throws {
    let check = try preProcessor(
      "{type: header, name: Authorization, prefix: 'Bearer ', "
        + "secrets: [{literal: one}, {literal: two, name: second}]}")
    let proof = try proof(check, request([(name: "Authorization", value: "Bearer two")]))
    #expect(proof?.verified == "header:Authorization")
    #expect(proof?.secretName == "second")
    #expect(proof?.omittedHeaders == ["authorization"])
    #expect(check.secretHeaders == ["authorization"])
    for wrong in ["two", "Bearer three", "Bearer ", "Bearer tw", "Bearer twoo"] {
      #expect(refusal(check, request([(name: "Authorization", value: wrong)])) == .unverified)
    }
    #expect(refusal(check, request([])) == .unverified)
    let twice = [
      (name: "Authorization", value: "Bearer two"), (name: "Authorization", value: "Bearer two"),
    ]
    #expect(refusal(check, request(twice)) == .unverified)
  }

  @Test func `GitHub's published example is accepted, and a changed byte is not`() throws {
    let check = try preProcessor(
      "{type: signature, header: X-Hub-Signature-256, prefix: sha256=, "
        + "secrets: [{literal: It's a Secret to Everybody}]}")
    let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    let headers = [(name: "X-Hub-Signature-256", value: "sha256=" + signature)]
    let proof = try proof(check, request(headers, body: "Hello, World!"))
    #expect(proof?.verified == "signature:X-Hub-Signature-256")
    #expect(proof?.secretName == "literal-1")
    #expect(refusal(check, request(headers, body: "Hello, World?")) == .unverified)
    #expect(refusal(check, request([], body: "Hello, World!")) == .unverified)
    #expect(refusal(check, request(headers + headers, body: "Hello, World!")) == .unverified)
  }

  struct Signed: Sendable {
    let algorithm: String
    let encoding: String
    let signature: String
  }

  /// HMACs of "what do ya want for nothing?" with the key "Jefe": RFC 2202 and RFC 4231, case 2.
  static let signed = [
    Signed(
      algorithm: "sha1", encoding: "hex", signature: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    Signed(algorithm: "sha1", encoding: "base64", signature: "7/zfauXrL6LSdBbV8YTfnCWafHk="),
    Signed(
      algorithm: "sha256", encoding: "hex",
      signature: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Signed(
      algorithm: "sha512", encoding: "hex",
      signature: "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
  ]

  @Test(arguments: signed)
  func `signatures of every hash and encoding`(_ signed: Signed) throws {
    let check = try preProcessor(
      "{type: signature, header: X-Sig, algorithm: \(signed.algorithm), "
        + "encoding: \(signed.encoding), secrets: [{literal: Jefe}]}")
    let headers = [(name: "X-Sig", value: signed.signature)]
    let right = request(headers, body: "what do ya want for nothing?")
    #expect(refusal(check, right) == nil)
    #expect(refusal(check, request(headers, body: "what do ya want for nothing!")) == .unverified)
  }

  @Test func `an address lies in one of the ranges, or it is forbidden`() throws {
    let check = try preProcessor(
      "{type: addresses, allow: [192.0.2.0/24, '2001:db8::/32', 198.51.100.7]}")
    for inside in ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7", "198.51.100.7"] {
      #expect(refusal(check, request([], remote: inside)) == nil)
    }
    for outside in ["192.0.3.7", "::ffff:192.0.3.7", "2001:db9::7", "198.51.100.8", "", "x"] {
      #expect(refusal(check, request([], remote: outside)) == .forbidden)
    }
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let yaml: String
    let line: String
    var testDescription: String { yaml }
  }

  static let mistakes = [
    Mistake(
      yaml: "{type: addresses, allow: [192.0.2.1/24]}",
      line: "3:31: pre_processors[0].allow[0]: \"192.0.2.1/24\" has bits set after its first 24 "
        + "(did you mean \"192.0.2.0/24\"?)"),
    Mistake(
      yaml: "{type: addresses, allow: [example.org]}",
      line: "3:31: pre_processors[0].allow[0]: \"example.org\" isn't an IP address or CIDR range"),
    Mistake(
      yaml: "{type: addresses, allow: []}",
      line: "3:30: pre_processors[0].allow: expected a list of address ranges, "
        + "found an empty list"),
    Mistake(
      yaml: "{type: signature, header: X-S, algorithm: sha265, secrets: [{literal: a}]}",
      line: "3:47: pre_processors[0].algorithm: expected one of md5, sha1, sha256, sha384, sha512, "
        + "found \"sha265\" (did you mean \"sha256\"?)"),
    Mistake(
      yaml: "{type: signature, header: X-S, encoding: base-64, secrets: [{literal: a}]}",
      line:
        "3:46: pre_processors[0].encoding: expected one of hex, HEX, any_hex, base64, base64url, "
        + "found \"base-64\" (did you mean \"base64\"?)"),
    Mistake(
      yaml: "{type: header, name: X-S, prefix: ' a', secrets: [{literal: a}]}",
      line: "3:39: pre_processors[0].prefix: expected visible ASCII characters and blanks, "
        + "found the text \" a\""),
  ]

  @Test(arguments: mistakes)
  func `a mistake in a pre-processor is told`(_ mistake: Mistake) throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\npre_processors:\n  - \(mistake.yaml)\n",
    ])
    #expect(files.problems() == ["webhooks/a.yaml:\(mistake.line)"])
  }
}
