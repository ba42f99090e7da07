import ArgumentParser
import FoundationEssentials
import Glibc
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
    try target.change.change { (files) throws(ConfigurationFiles.Failure) in
      try files.remove(target.path)
      for file in doomed { try files.remove("secrets/\(file)") }
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

extension Snapshot {
  /// Returns the files of `secrets` that a webhook refers to and certainly no other does.
  func secretsOfOnly(_ identifier: String) -> [String] {
    var others: Set<String> = []
    for (other, entry) in webhooks where other.text != identifier {
      // The references of a broken file aren't known.
      guard let webhook = entry.webhook else { return [] }
      others.formUnion(webhook.secrets.compactMap(\.fileName))
    }
    let own = Identifier(identifier).flatMap { webhooks[$0]?.webhook }?.secrets ?? []
    return own.filter { !$0.isMissing }.compactMap(\.fileName).filter { !others.contains($0) }
  }
}
