import Bytes
import Foundation
import SenderVectors
import Testing
import Verification

@testable import Webhooks

/// The cost that a stranger can cause before anything is verified: every preset and every kind of
/// pre-processor, with costly bodies. New ones are covered through their lists.
@Suite struct BoundsTests {
  /// A check, with a request that the check examines in full: signed, but with another secret.
  struct Check {
    let name: String
    let request: Request
    let run: (Request) -> Void
  }

  /// Signatures over something in the body.
  static let blocks = [
    "{type: signature, form_field: signature, message: [{form_field: payload}], secrets: [S]}",
    "{type: signature, body_field: sig, secrets: [S]}",
    "{type: signature, body_field: sig, separator: ',', secrets: [S]}",
    "{type: signature, header: X-Sig, message: [{form_field_or_body: payload}], secrets: [S]}",
    "{type: signature, header: X-Sig, message: [body_base64, body_crc32], secrets: [S]}",
    "{type: signature, header: X-Sig, message: [timestamp, body], "
      + "timestamp: {body_field: event}, secrets: [S]}",
    "{type: signature, header: X-Sig, message: [timestamp, body], "
      + "timestamp: {form_field: timestamp}, secrets: [S]}",
    "{type: signature, header: X-Sig, separator: ',', secrets: [S, S]}",
    "{type: body_field, path: '[].clientState', secrets: [S]}",
    "{type: body_field, path: 'value[]', secrets: [S]}",
    "{type: match, whole: body, pattern: '^(a|b)*c$'}",
    "{type: match, body_field: Message, pattern: '^(a|b)*c$'}",
    "{type: challenge, methods: [POST], body_field: challenge, json: challenge}",
    "{type: any_of, of: [{type: body_field, path: 'value[].a', secrets: [S]}, "
      + "{type: signature, body_field: sig, secrets: [S]}, "
      + "{type: signature, form_field: signature, secrets: [S]}, "
      + "{type: sender, sender: mailgun, secrets: [S]}]}",
  ].map { $0.replacing("S]", with: "{literal: s3cret}]").replacing("[S,", with: "[{literal: a},") }

  static func all() throws -> [Check] {
    try presets() + kinds(PreProcessors.kinds.map { $0.example })
      + kinds(KindCase.all.map { $0.entry } + blocks)
  }

  private static func plain() -> Request {
    Request(
      method: "POST", path: Array("/webhook/a".utf8), headers: Headers(), body: Array("{}".utf8),
      remote: "192.0.2.7", publicURL: "https://hooks.example.org/webhook/a")
  }

  private static func options(_ secret: String, for sender: Sender) -> SenderOptions {
    var options = SenderOptions(secrets: [Secret(Array(secret.utf8))])
    options.verifyTokens = [Secret(Array(secret.utf8))]
    options.topics = ["t"]
    options.webhookID = "id"
    options.applicationID = "id"
    if sender.needs.contains(.audiences) { options.audiences = ["audience"] }
    return options
  }

  /// Returns every preset, with a request that is signed with another secret. If only the sender
  /// can sign, the request is one from the table, where there is one.
  private static func presets() throws -> [Check] {
    let vectors = try SenderVector.all()
    return try Sender.all.map { sender in
      let secrets = [("0a0b", "0a0c"), ("whsec_c2VjcmV0", "whsec_c2VjcmV1"), ("a:b", "a:c")]
      let signed = secrets.lazy.compactMap { mine, other -> (ConfiguredSender, Request)? in
        let rule = ConfiguredSender(sender, options(mine, for: sender))
        guard rule.misconfigurations.isEmpty else { return nil }
        let forged = ConfiguredSender(sender, options(other, for: sender))
        return (try? forged.signed(plain(), at: ConfigurationFiles.now)).map { (rule, $0) }
      }.first
      let vector = vectors.first { $0.provider == sender.name && $0.isAccepted }
      if signed == nil, let vector {
        return try check(vector.webhook(), sender.name, vector.request, at: vector.moment)
      }
      let (rule, request) =
        signed ?? (ConfiguredSender(sender, options("0a0b", for: sender)), plain())
      return Check(name: sender.name, request: request) { request in
        guard (try? rule.answer(request, at: ConfigurationFiles.now)) == nil else { return }
        _ = try? rule.verify(request, at: ConfigurationFiles.now)
      }
    }
  }

  /// Returns entries of `pre_processors`, with a request that has a header for each.
  private static func kinds(_ entries: [String]) throws -> [Check] {
    try entries.map { entry in
      var request = plain()
      let code = String(repeating: "00", count: 32)
      for name in ["X-Sig", "X-Hub-Signature-256", "X-Webhook-Secret"] {
        request.headers.append(name: name.lowercased(), value: Array(code.utf8))
      }
      let indented = entry.replacing("\n", with: "\n    ")
      return try check(
        "incoming: stock\ndelivery_id_header: X-Id\npre_processors:\n  - \(indented)\n", entry,
        request,
        at: ConfigurationFiles.now)
    }
  }

  private static func check(
    _ webhook: String, _ name: String, _ request: Request, at moment: Date
  ) throws -> Check {
    let files = try ConfigurationFiles([
      "levelwind.yaml": "base_url: https://hooks.example.org\n", "incoming/stock.yaml": "",
      "webhooks/a.yaml": webhook,
    ])
    for match in webhook.matches(of: /secret: ([A-Za-z0-9-]+)/) {
      try files.write("correct horse", to: "secrets/\(match.1)")
    }
    let vectors = try SenderVector.all()
    let certificate = vectors.lazy.compactMap {
      ($0.config["certs_by_url"] as? [String: String])?[SenderVector.certificateURL]
    }.first
    try files.write(certificate ?? "", to: "keys/sns.pem")
    let loading = files.load()
    guard case .ready(let webhook) = loading.snapshot?.entry(for: "a".utf8) else {
      throw SyntaxError(message: "\(name): \(loading.problems)")
    }
    return Check(name: name, request: request) { request in
      var steps: [PreProcessorStep] = []
      _ = try? webhook.preProcess(request, at: moment, steps: &steps)
    }
  }

  /// Measures each check with each body.
  static func measure(
    _ count: Int, _ each: (_ check: String, _ body: HostileBody, _ cost: Cost) -> Void
  ) throws {
    let checks = try all()
    for body in HostileBody.all(of: count) {
      for check in checks {
        var request = check.request
        var headers = Headers()
        for field in request.headers.fields where field.name != "content-type" {
          headers.append(name: field.name, value: field.value)
        }
        headers.append(name: "content-type", value: Array(body.contentType.utf8))
        request.headers = headers
        request.body = body.bytes
        each(check.name, body, Cost.of { check.run(request) })
      }
    }
  }

  /// Runs in a process of its own, whose memory no other test uses.
  @Test func `nothing that is not verified costs more than its bounds`() async {
    await #expect(processExitsWith: .success) {
      let count = 256 << 10
      let dense =
        Array("[".utf8) + Array(repeatElement(Array("0,".utf8), count: count / 2).joined())
      let yardstick = Cost.of { for _ in 0..<8 { _ = JSONText.isValid(dense) } }.time / 8
      do {
        try BoundsTests.measure(count) { check, body, cost in
          let what = "\(check): \(body.name)"
          // The body itself is held before. The places of ten thousand fields take a mebibyte,
          // whatever the body's length. Half a mebibyte of pages comes and goes.
          #expect(cost.memory <= 2 * count + 1536 << 10, "\(what): \(cost.memory >> 10) KiB")
          #expect(
            cost.time <= BoundsTests.mostTime * yardstick,
            "\(what): \(cost.time / max(yardstick, 1)) times")
        }
      } catch {
        Issue.record("\(error)")
      }
    }
  }

  /// The bound on time, in multiples of one reading of the densest JSON.
  static let mostTime = 20
}
