import ArgumentParser
import FoundationEssentials
import Serving
import Webhooks

/// `levelwind webhook secret list`: the secrets by name, and how often they matched.
struct WebhookSecretListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists a webhook's secrets and how often each matched; no values.",
    discussion: "The list includes secrets that the sender brought along in a handshake.")

  /// A secret, for JSON and for people.
  private struct Row: Encodable {
    let name: String
    let place: String
    let file: String?
    let state: String
    let matches: Int
    let lastMatch: Date?
    let notAfter: Date?

    init(
      name: String, place: String, file: String?, isMissing: Bool, notAfter: Date?,
      _ match: WebhookActivity.Match?
    ) {
      self.name = name
      self.place = place
      self.file = file
      let isExpired = notAfter.map { $0 < Date() } ?? false
      state = isMissing ? "awaited" : isExpired ? "retired" : "in use"
      matches = match?.count ?? 0
      lastMatch = match?.last
      self.notAfter = notAfter
    }
  }

  @OptionGroup var target: WebhookTarget
  @Flag(help: "Print a JSON array.")
  var json = false

  func run() throws {
    try target.change.configuration.requireAccess("webhooks", "incoming", "secrets")
    let snapshot = try target.change.configuration.snapshot()
    let webhook = try target.webhook(in: snapshot)
    let seen = StatusFile.read(state: snapshot.settings.state)?.webhooks[target.identifier]
    let configured = webhook.secrets.map { secret in
      Row(
        name: secret.name, place: "\(secret.path)[\(secret.place)]", file: secret.fileName,
        isMissing: secret.isMissing, notAfter: secret.notAfter, seen?.secrets[secret.name])
    }
    let learned = LearnedSecret.all(of: target.identifier, state: snapshot.settings.state)
      .sorted { $0.key < $1.key }.map { name, secret in
        Row(
          name: name, place: "handshake of \(secret.sender)", file: nil, isMissing: false,
          notAfter: secret.notAfter, seen?.secrets[name])
      }
    let rows = configured + learned
    if json { return print(try SenderPage.json(rows)) }
    let lines = rows.map { row in
      let used = row.lastMatch.map { "\(row.matches) matched, last \(Self.text($0))" }
      let until = row.notAfter.map { ", not after \(Self.text($0))" }
      return [row.name, row.state, (used ?? "never matched") + (until ?? "")]
    }
    print(Table.text([["NAME", "STATE", "USE"]] + lines))
  }

  private static func text(_ moment: Date) -> String {
    Terminal.time(moment, utc: moment.ISO8601Format())
  }
}
