import Administration
import FoundationEssentials
import Verification
import Webhooks

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
  let retries: RetriesPage
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
    retries = RetriesPage(sender)
    handshakes = sender.handshakes.map { handshake in
      handshake.words
        + (handshake.isTeaching ? " Answered while levelwind webhook handshake waits for it." : "")
    }
    needs = sender.needs.map(\.key).sorted()
    takes = sender.takes.map(\.key).sorted()
    configuration = Self.configuration(sender)
  }

  /// Returns an entry of `pre_processors` to paste.
  private static func configuration(_ sender: Sender) -> String {
    // Published keys are fetched, and some senders bring their secret along: neither is configured.
    let isTaught = sender.handshakes.contains(where: \.isTeaching)
    let keys = SenderKey.all.filter { key in
      sender.needs.contains(key.input) && key.input != .keyStore
        && !(isTaught && key.input == .secrets)
    }
    // A preset without required keys is usually configured with a secret.
    let usual = SenderKey.all.filter { $0.input == .secrets && sender.takes.contains($0.input) }
    return
      (["- type: sender", "  sender: \(sender.name)"]
      + (keys.isEmpty ? usual : keys)
      .map { "  " + $0.example.replacing("NAME", with: sender.name) }).joined(separator: "\n")
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
    lines += retries.lines
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

extension String {
  fileprivate var indented: String {
    split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
  }
}
