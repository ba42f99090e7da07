import ArgumentParser
import Foundation
import Serving
import Webhooks

/// `levelwind webhook secret list`: the secrets by name, and what they verified.
struct WebhookSecretList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists a webhook's secrets and how often each matched; no value."
  )

  /// One of them.
  private struct Row: Encodable {
    let name: String
    let place: String
    let file: String?
    let state: String
    let matches: Int
    let lastMatch: Date?
    let notAfter: Date?
  }

  @OptionGroup var target: WebhookTarget
  @Flag(help: "Print a JSON array.")
  var json = false

  func run() throws {
    try target.change.configuration.requireAccess("webhooks", "incoming", "secrets")
    let snapshot = try target.change.configuration.snapshot()
    let webhook = try target.webhook(in: snapshot)
    let seen = StatusFile.read(state: snapshot.settings.state)?.webhooks[target.identifier]
    let rows = webhook.secrets.map { secret in
      let match = seen?.secrets[secret.name]
      let isExpired = secret.notAfter.map { $0 < Date() } ?? false
      return Row(
        name: secret.name, place: "\(secret.path)[\(secret.place)]", file: secret.fileName,
        state: secret.isMissing ? "awaited" : isExpired ? "retired" : "in use",
        matches: match?.count ?? 0, lastMatch: match?.last, notAfter: secret.notAfter)
    }
    if json { return print(try SenderPage.json(rows)) }
    let lines = rows.map { row in
      let used = row.lastMatch.map { "\(row.matches) matched, last \($0.ISO8601Format())" }
      let until = row.notAfter.map { ", not after \($0.ISO8601Format())" }
      return [row.name, row.state, (used ?? "never matched") + (until ?? "")]
    }
    print(Table.text([["NAME", "STATE", "USE"]] + lines))
  }
}
