import Administration
import ArgumentParser
import Webhooks

/// `levelwind webhook duplicate`: makes a copy of a webhook.
struct WebhookDuplicateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicate",
    abstract: "Copies a webhook's file under a new name.",
    discussion: """
      Only `name` and `created` change; comments stay, too. If the file doesn't say whether accepted deliveries \
      are logged, the copy gets logging: true, and it gets a history where it is missing. It uses \
      the secrets of the original. levelwind webhook secret add gives it one of its own.
      """)

  @OptionGroup var target: WebhookTarget
  @Option(help: "The new one's name, for people. By default the first one's name and \"copy\".")
  var name: String?
  @Flag(inversion: .prefixedNo, help: "Keep its deliveries in the history.")
  var history = true
  @OptionGroup var naming: NamingOptions

  func run() throws {
    let old = try target.bytes()
    let snapshot = try target.change.configuration.snapshot(readsSecrets: false)
    let first = try target.webhook(in: snapshot)
    let name = self.name ?? "\(first.name) copy"
    let (identifier, isThere) = try naming.identifier(
      for: name, of: "webhook", in: "webhooks", target.change.files)
    let path = "webhooks/\(identifier).yaml"
    if isThere {
      let url = snapshot.webhooks[identifier]?.webhook?.publicURL
      return try Creation(created: false, identifier: identifier.text, url: url)
        .tellIsThere(path, json: naming.json)
    }
    try target.change.change { (changes) throws(ChangeFailure) in
      let copy = try changes.copied(
        old, of: target.path, first, name: name, keepsHistory: history)
      return try changes.makeCopy(copy, at: path, like: target.path)
    }
    let after = try target.change.configuration.snapshot(readsSecrets: false)
    let url = after.webhooks[identifier]?.webhook?.publicURL
    var creation = Creation(created: true, identifier: identifier.text, url: url, files: [path])
    let shared = first.secrets.map(\.name).joined(separator: ", ")
    if !shared.isEmpty { creation.notes = ["It shares these secrets: \(shared)."] }
    let text = ["Made \(path)."] + (url.map { ["URL: \($0)"] } ?? [])
    try creation.tell(text, json: naming.json) { try target.change.load(path) }
  }
}
