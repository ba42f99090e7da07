import Bytes
import Foundation
import Testing

@testable import Verification

@Suite struct PresetVectorTests {
  static let presets = Vector.all.filter { !$0.provider.hasPrefix("generic-") }

  @Test(arguments: Set(presets.map(\.provider)).sorted())
  func `every sender of the vectors is a preset`(name: String) {
    #expect(Sender.named(name)?.name == name)
  }

  @Test(arguments: presets.filter { $0.kind == "verify" })
  func `a preset decides as the vector says`(_ vector: Vector) throws {
    let sender = try vector.preset()
    let outcome = sender.outcome(vector.request, at: vector.moment)
    let isAccepted = if case .success = outcome { true } else { false }
    #expect(isAccepted == (vector.expect == "accept"), "\(outcome)")
    if isAccepted {
      #expect(sender.misconfigurations == [])
      #expect(try outcome.get().verified == "sender:\(vector.provider)")
    }
  }

  /// A refused request that is answered as a handshake would be accepted without a proof.
  @Test(arguments: presets.filter { $0.kind == "verify" && $0.expect == "reject" })
  func `a request that a preset refuses isn't a handshake, or a known one`(_ vector: Vector) throws
  {
    let answer = try? vector.preset().answer(vector.request, at: vector.moment)
    let known = ["woocommerce-03", "exact-online-06"]
    #expect((answer != nil) == known.contains(vector.id))
  }

  @Test(arguments: presets.filter { $0.kind == "handshake" })
  func `a preset answers a handshake as the vector says`(_ vector: Vector) throws {
    let expected = try #require(vector.expectResponse)
    let sender = try vector.preset()
    // Adyen's answer is that to an ordinary delivery, and the vector has no secret.
    if vector.provider == "adyen" {
      let answer = try #require(sender.sender.answers.accepted)
      #expect(String(decoding: answer.body, as: UTF8.self) == "[accepted]")
      return
    }
    var request = vector.request
    if vector.provider == "slack" || vector.provider == "zoom" { vector.sign(&request) }
    var answer: HandshakeAnswer?
    do throws(Rejection) {
      answer = try sender.answer(request, at: vector.moment)
    } catch {
      #expect(expected["status"]?.number == 401)
      #expect(error.cause == .unverified)
      return
    }
    let found = try #require(answer)
    #expect(Double(found.status) == expected["status"]?.number)
    #expect(String(decoding: found.body, as: UTF8.self) == expected["body"]?.text)
    if let type = expected["content_type"]?.text {
      #expect(found.headers.contains(.init("Content-Type", type)))
    }
    for (name, value) in expected["headers"]?.object ?? [:] {
      #expect(found.headers.contains(.init(name, value.text ?? "")))
    }
    if vector.provider == "aws-sns" { #expect(found.open?.hasPrefix("https://sns.") == true) }
  }

  @Test(arguments: ["slack-11", "zoom-03"])
  func `a handshake that has to be verified is not answered without a signature`(id: String) throws
  {
    let vector = try #require(Vector.all.first { $0.id == id })
    let sender = try vector.preset()
    #expect(throws: Rejection.self) { try sender.answer(vector.request, at: vector.moment) }
  }
}

extension Vector {
  /// Returns the sender's preset with the vector's configuration.
  func preset() throws -> ConfiguredSender {
    let sender = try #require(Sender.named(provider))
    var options = SenderOptions(secrets: sharedSecrets, publicKeys: try keys())
    switch provider {
    case "aws-sns":
      options.topics = ["arn:aws:sns:us-west-2:123456789012:MyTopic"]
      let certificates =
        Vector.all.first { $0.provider == provider }?.config["certs_by_url"]?.object ?? [:]
      for (url, pem) in certificates {
        try options.keyStore.insert(Array((pem.text ?? "").utf8), from: url)
      }
    case "google-pubsub":
      for (kid, pem) in config["jwks_pem_by_kid"]?.object ?? [:] {
        options.publicKeys.append(try PublicKey(pem.text ?? "", name: kid))
      }
      options.audiences = config["aud"]?.texts ?? []
      options.claims = ["email": config["email"]?.texts ?? []]
    case "mailgun": options.tolerance = config["tolerance"]?.number.map { .seconds($0) }
    case "meta-whatsapp":
      options.verifyTokens = [Secret(config["verify"]?["value"]?.text ?? "unused")]
    case "shopline":
      options.applicationID = "6139d3970c0972001cf52180"
      options.secrets = [Secret("unused")]
    case "slack" where kind == "handshake": options.secrets = [Secret("another"), Secret("slack")]
    default: break
    }
    return ConfiguredSender(sender, options)
  }

  /// Signs a request as Slack or Zoom would, since the vectors have no signature.
  func sign(_ request: inout Request) {
    let isSlack = provider == "slack"
    let key = isSlack ? "slack" : secrets?.first ?? ""
    let message = Array("v0:1790000000:".utf8) + request.body
    let code = Hex.encode(HashName.sha256.authenticationCode(of: message, key: Array(key.utf8)))
    let names =
      isSlack
      ? ["x-slack-request-timestamp", "x-slack-signature"]
      : ["x-zm-request-timestamp", "x-zm-signature"]
    request.headers.append(name: names[0], value: Array("1790000000".utf8))
    request.headers.append(name: names[1], value: Array("v0=".utf8) + code)
  }
}
