import Foundation
import Verification

/// A sender as `senders show` prints it.
struct SenderPage: Encodable {
  let name: String
  let title: String
  let aliases: [String]
  let evidence: String
  let checked: String
  let notes: [String]
  let secret: String
  let delivery: String?
  let event: String?
  let answers: String
  let timeLimitSeconds: Int?
  let handshakes: [String]
  let needs: [String]
  let takes: [String]
  let configuration: String

  init(_ sender: Sender) {
    name = sender.name
    title = sender.title
    aliases = sender.aliases
    evidence =
      switch sender.evidence {
      case .documented: "the sender's own documentation or code"
      case .described: "a third party's description or code"
      case .unconfirmed:
        "general knowledge: the scheme is unconfirmed, try it before you rely on it"
      }
    checked = sender.words
    notes = sender.notes
    secret = sender.secretPlace
    delivery = sender.delivery?.words
    event = sender.event?.words
    answers = sender.answers.words
    timeLimitSeconds = sender.timeLimit.map { Int($0.components.seconds) }
    handshakes = sender.handshakes.map { handshake in
      handshake.words
        + (handshake.isTeaching ? " Answered while levelwind webhook handshake waits for it." : "")
    }
    needs = sender.needs.map(\.rawValue).sorted()
    takes = sender.takes.map(\.rawValue).sorted()
    configuration = Self.configuration(sender)
  }

  /// Returns an entry of `pre_processors` to paste.
  private static func configuration(_ sender: Sender) -> String {
    // Published keys are fetched, and some senders bring their secret along: neither is configured.
    let isTaught = sender.handshakes.contains(where: \.isTeaching)
    let keys = SenderInput.allCases.filter { input in
      sender.needs.contains(input) && input != .keyStore && !(isTaught && input == .secrets)
    }.compactMap(\.example)
    // A preset without required keys is usually configured with a secret.
    let usual = sender.takes.contains(.secrets) ? [SenderInput.secrets.example ?? ""] : []
    return
      (["- type: sender", "  sender: \(sender.name)"]
      + (keys.isEmpty ? usual : keys)
      .map { "  " + $0.replacing("NAME", with: sender.name) }).joined(separator: "\n")
  }

  var text: String {
    var lines = ["\(title) (\(name)\(aliases.map { ", \($0)" }.joined()))", ""]
    lines.append("Checked: \(checked)")
    lines += notes.map { "Note: \($0)" }
    if !secret.isEmpty { lines.append("The secret: \(secret)") }
    if let delivery { lines.append("The sender's delivery id: \(delivery)") }
    if let event { lines.append("The event: \(event)") }
    if !answers.isEmpty { lines.append("Answers: \(answers)") }
    if let timeLimitSeconds { lines.append("It waits for an answer: \(timeLimitSeconds) s") }
    lines += handshakes.map { "Handshake: \($0)" }
    lines.append("Rests on: \(evidence)")
    if needs.contains("public_url") {
      lines.append("Needs base_url in levelwind.yaml, or public_url of the webhook.")
    }
    if needs.contains("keys") {
      lines.append(
        "Its keys are fetched by levelwind keys refresh, unless a note says otherwise; or keep them in "
          + "files and configure keys"
          + (takes.contains("public_keys") ? ", or public_keys." : ".")
          + " A delivery with a key that is missing is refused as temporary (503).")
    }
    let known = takes.filter { $0 != "keys" }
    if !known.isEmpty { lines.append("May be configured: \(known.joined(separator: ", "))") }
    return (lines + ["", "pre_processors:", configuration.indented]).joined(separator: "\n")
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension SenderInput {
  /// The key with a value to replace; nil for an input that the preset has no key for.
  fileprivate var example: String? {
    switch self {
    case .secrets: "secrets: [{secret: NAME}]"
    case .publicKeys: "public_keys: [{file: keys/NAME.pem}]"
    case .audiences: "audiences: [https://hooks.example.org/webhook/NAME]"
    case .claims: "claims: {email: [sender@example.org]}"
    case .topics: "topics: [\"arn:aws:sns:eu-west-1:123456789012:topic\"]"
    case .webhookID: "webhook_id: YOUR-WEBHOOK-ID"
    case .verifyTokens: "verify_tokens: [{secret: NAME-verify}]"
    case .applicationID: "application_id: YOUR-APPLICATION-ID"
    case .header: "header: X-Webhook-Secret"
    case .parameter: "parameter: token"
    case .tolerance: "tolerance: 300s"
    case .issuers: "issuers: [https://issuer.example.org]"
    case .origins: "origins: [sender.example.org]"
    case .keyStore: "keys: [{url: https://WHERE-IT-IS-PUBLISHED, file: keys/NAME.pem}]"
    case .publicURL: nil
    }
  }
}

extension String {
  fileprivate var indented: String {
    split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
  }
}
