import Bytes
import Foundation
import Testing

@testable import Verification

/// An attacker who may ask for answers to handshakes, and choose their challenges, can't make a
/// delivery of them. The tests go over the table of presets, so that they cover a new one without a
/// change.
@Suite struct ForgeryTests {
  /// The bodies that the attacker would like to have accepted.
  static let bodies = [
    #"{"id":"evt_1","event":"paid"}"#, #"["a"]"#, "\"text\"", "1", "a=b&c=d", "hello", "plain text",
    "token",
    "<a/>", "",
  ].map { Array($0.utf8) }

  private static let presets = Sender.all.filter { sender in
    sender.handshakes.contains { !$0.isVerified && !$0.isTeaching }
  }

  static func configured(_ sender: Sender, secret: String) -> ConfiguredSender {
    var options = RuleConformanceTests.options(secret: secret)
    if !sender.needs.contains(.audiences) { options.audiences = [] }
    options.publicKeys = (try? [SigningKeys.publicKey(.ecdsaP256(.sha1))]) ?? []
    return ConfiguredSender(sender, options)
  }

  /// Returns the challenges whose answers sign something that is accepted as a delivery.
  private static func accepted(by sender: Sender) -> [String] {
    let rule = configured(sender, secret: "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtMTI=")
    var found: [String] = []
    for delivery in bodies.flatMap(deliveries) {
      for challenge in Set([delivery.body] + rule.signedTexts(of: delivery)) {
        let forgeries = rule.answers(toChallenge: challenge)
          .flatMap { rule.forgeries(of: delivery, with: $0) }
        guard forgeries.contains(where: { rule.accepts($0) }) else { continue }
        found.append(String(decoding: challenge, as: UTF8.self))
      }
    }
    return found
  }

  @Test(arguments: presets.map(\.name))
  func `no answer given before verification verifies as a delivery`(name: String) throws {
    #expect(Self.accepted(by: try #require(Sender.named(name))) == [])
  }

  @Test func `a preset whose deliveries may look like its challenges is found`() {
    let scheme = Signature.hmac(.header("x-signature"), prefix: "sha256=", in: .base64)
    let careless = Sender(
      "careless", "Careless", .unconfirmed, schemes: [scheme],
      handshakes: [
        Handshake(
          methods: ["GET"], when: [.has(.parameter("c"))], reply: .responseToken(.parameter("c")))
      ])
    #expect(Set(Self.accepted(by: careless)) == ["1", "hello", "token"])
  }

  /// An answer that is made with a secret is an oracle. For such a preset, the test must know what
  /// the sender signs.
  @Test(arguments: presets.map(\.name))
  func `what a preset signs is known where its answers are made with a secret`(name: String) throws
  {
    let sender = try #require(Sender.named(name))
    let challenge = Array("a1B2".utf8)
    let answers = ["first", "second"].map {
      Self.configured(sender, secret: $0).answers(toChallenge: challenge).map(\.body)
    }
    guard answers[0] != answers[1] else { return }
    let rule = Self.configured(sender, secret: "first")
    #expect(!rule.signedTexts(of: Self.deliveries(with: challenge)[0]).isEmpty)
  }

  /// The known oracles. A new one fails this test, so that a person looks at it.
  @Test func `the answers of two presets are made with a secret`() {
    let oracles = Self.presets.filter { sender in
      let answers = ["first", "second"].map {
        Self.configured(sender, secret: $0).answers(toChallenge: Array("a1B2".utf8)).map(\.body)
      }
      return answers[0] != answers[1]
    }
    #expect(oracles.map(\.name) == ["ebay", "x"])
  }

  @Test(arguments: [
    #"{"a":1}"#, "a b", "a%", "a\n", "", String(repeating: "a", count: 129), "é", "\"a\"", "[1]",
    "a.b",
  ])
  func `X's challenge is a token, or it is not signed`(token: String) throws {
    let query = "crc_token=" + String(decoding: FormFields.encode(Array(token.utf8)), as: UTF8.self)
    let rule = try FormSchemeTests.sender("x")
    #expect(throws: Rejection.self) { try rule.answer(HandshakeTests.get(query), at: noon) }
  }

  @Test func `X's challenge may be base64 of either alphabet`() throws {
    let rule = try FormSchemeTests.sender("x")
    for token in ["MGIxYWRmYWUtZWY1NC00OTI4", "aB0%2B/_%3D-", String(repeating: "a", count: 128)] {
      #expect(try rule.answer(HandshakeTests.get("crc_token=\(token)"), at: noon)?.status == 200)
    }
  }

  private static func deliveries(with body: [UInt8]) -> [Request] {
    ["application/json", "application/x-www-form-urlencoded", "text/plain"].map { type in
      var request = Request.post(
        [("Content-Type", type)], query: "", publicURL: "https://hooks.example.org/hook")
      request.body = body
      return request
    }
  }
}

extension ConfiguredSender {
  private var schemes: [Signature] { sender.makeRule(options).signatures }

  /// Returns the texts that the sender signs of a delivery, by each scheme. A rule of another kind
  /// has none.
  fileprivate func signedTexts(of delivery: Request) -> [[UInt8]] {
    if rule is EBayNotification { return [delivery.body] }
    return schemes.compactMap { scheme in
      var signed: [UInt8]?
      _ = try? scheme.signed(delivery, at: noon) { text in
        signed = text
        return [0]
      }
      return signed
    }
  }

  /// Returns the answers to all unverified handshakes, with this challenge in them.
  fileprivate func answers(toChallenge challenge: [UInt8]) -> [HandshakeAnswer] {
    sender.handshakes.filter { !$0.isVerified && !$0.isTeaching }.flatMap { handshake in
      handshake.methods.sorted().compactMap { method in
        handshake.request(challenge, method: method)
      }.compactMap { request in
        (try? answer(request, at: noon)).flatMap(\.self)
      }
    }
  }

  /// Returns deliveries that have each value of an answer as their signature, in the forms of the
  /// schemes.
  fileprivate func forgeries(of delivery: Request, with answer: HandshakeAnswer) -> [Request] {
    if rule is EBayNotification {
      return answer.answer.texts.map { delivery.with(Headers([("x-ebay-signature", $0)])) }
    }
    let codes = Set(answer.answer.texts.flatMap { Array($0.utf8).codes })
    return schemes.flatMap { scheme in
      codes.compactMap { code in try? scheme.signed(delivery, at: noon) { _ in code } }
    }
  }
}

extension Answer {
  /// The values in the answer: its headers, its body, and the texts in the body.
  fileprivate var texts: [String] {
    let text = String(decoding: body, as: UTF8.self)
    return headers.map(\.value) + [text] + text.split(separator: "\"").map(String.init)
  }
}

extension [UInt8] {
  /// The bytes that this text, or the part after a `=` or comma in it, may encode.
  fileprivate var codes: [[UInt8]] {
    var texts = [self]
    for mark in "=,".utf8 {
      if let index = firstIndex(of: mark), index + 1 < count {
        texts.append(Array(self[(index + 1)...]))
      }
    }
    return texts.flatMap {
      [Hex.decode($0), Base64.decode($0, .either, padding: .optional, isCanonical: false)]
    }.compactMap(\.self).filter { $0.count >= 16 }
  }
}

extension Handshake {
  /// Returns a request that is this handshake, with a challenge wherever its sender is free to
  /// choose. Returns nil if JSON can't contain such a text.
  fileprivate func request(_ challenge: [UInt8], method: String) -> Request? {
    var sources: [(source: HandshakeSource, text: [UInt8])] = reply.sources.map { ($0, challenge) }
    var request = Request.post(publicURL: "https://hooks.example.org/hook")
    request.method = method
    for condition in conditions {
      switch condition {
      case .has(let source): sources.append((source, challenge))
      case .equals(let source, let text):
        sources.removeAll { $0.source == source }
        sources.append((source, Array(text.utf8)))
      case .formOf(let names):
        request.headers.append(
          name: "content-type", value: Array("application/x-www-form-urlencoded".utf8))
        request.body = Array(
          names.map { Array("\($0)=".utf8) + FormFields.encode(challenge) }
            .joined(separator: Array("&".utf8)))
      case .emptyArray(let path): request.body = path.object(with: Array("[]".utf8))
      case .method, .lacks, .emptyBody: break
      }
    }
    var bodies: [[UInt8]] = []
    var names: Set<String> = []
    for (source, text) in sources where names.insert("\(source)").inserted {
      switch source {
      case .parameter(let name):
        request.query += Array("\(request.query.isEmpty ? "" : "&")\(name)=".utf8)
        request.query += FormFields.encode(text)
      case .header(let name): request.headers.append(name: name, value: text)
      case .body(let path):
        guard let quoted = JSONQuoting.quote(text) else { return nil }
        bodies.append(path.object(with: quoted))
      }
    }
    guard !bodies.isEmpty else { return request }
    // Several objects become one with the members of all.
    request.body =
      bodies.count == 1
      ? bodies[0]
      : bodies.dropFirst().reduce(bodies[0]) {
        $0.dropLast() + Array(",".utf8) + $1.dropFirst()
      }
    return request
  }
}

extension HandshakeReply {
  /// The sources of the values in the reply.
  fileprivate var sources: [HandshakeSource] {
    switch self {
    case .text(let source), .header(_, let source), .json(_, let source),
      .learned(let source, _), .opened(let source, _), .responseToken(let source):
      [source]
    case .checked(let parameter, let reply, _): [.parameter(parameter)] + reply.sources
    case .cloudEvents: [.header("WebHook-Request-Origin"), .header("WebHook-Request-Rate")]
    case .zoom: [.body(.of("payload", "plainToken"))]
    case .ebay: [.parameter("challenge_code")]
    case .status, .fixed, .applicationID: []
    }
  }
}

extension JSONPath {
  /// Returns a JSON text with a value at this path.
  fileprivate func object(with value: [UInt8]) -> [UInt8] {
    steps.reversed().reduce(value) { inner, step in
      switch step {
      case .member(let name): Array("{\"\(name)\":".utf8) + inner + Array("}".utf8)
      case .each, .index: Array("[".utf8) + inner + Array("]".utf8)
      }
    }
  }
}
