import Administration
import ArgumentParser
import Webhooks

/// `levelwind webhook delete`: removes a webhook, and no task.
struct WebhookDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Removes a webhook's file; its tasks stay in their spools.",
    discussion: """
      Asks first. Then it asks of each secret that no other webhook uses whether to delete it, \
      too. Senders are answered 404 from then on. Without a yes, nothing is changed (exit 1).
      """)

  @OptionGroup var target: WebhookTarget
  @Flag(help: "Don't ask; keep its secrets.")
  var yes = false
  @Flag(help: "Also delete its secrets that no other webhook uses.")
  var deleteSecrets = false

  func run() throws {
    _ = try target.bytes()
    let snapshot = try target.change.configuration.snapshot()
    let webhook = Identifier(target.identifier).flatMap { snapshot.webhooks[$0]?.webhook }
    let name = webhook.map { " (\($0.name))" } ?? ""
    guard yes || Terminal.confirms("Delete \(target.path)\(name)?") else {
      throw ExitCode.because(1, "nothing was deleted; --yes deletes it without asking")
    }
    let alone = snapshot.secretsOfOnly(target.identifier)
    let doomed = alone.filter { file in
      deleteSecrets
        || !yes && Terminal.confirms("Nothing else uses secrets/\(file). Delete it, too?")
    }
    try target.change.change { (changes) throws(ChangeFailure) in
      try changes.deleteWebhook(target.path, secrets: doomed)
      return []
    }
    print("Deleted \(([target.path] + doomed.map { "secrets/\($0)" }).joined(separator: ", ")).")
    let kept = (webhook?.secrets ?? []).compactMap(\.fileName).filter { !doomed.contains($0) }
    for file in kept {
      let isShared = !alone.contains(file)
      print("Kept secrets/\(file)\(isShared ? ", which others may use" : "").")
    }
    for incoming in webhook?.incoming ?? [] {
      print("Its tasks stay in \(snapshot.settings.spool)/\(incoming.identifier).")
    }
    try target.change.reload(target.path)
  }
}
