import ArgumentParser
import Foundation
import Webhooks

/// `levelwind webhook delete`: removes a webhook, and no task.
struct WebhookDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Removes a webhook's file; its tasks stay in their spools.",
    discussion: """
      Asks first, and asks of each of its secrets that nobody else refers to whether it goes as \
      well. Senders are answered 404 from then on. Exit 1, and nothing was changed, if the \
      answer is no.
      """)

  @OptionGroup var target: WebhookTarget
  @Flag(help: "Don't ask; secrets are kept.")
  var yes = false
  @Flag(help: "Remove its secrets, too, that no other webhook refers to.")
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
        || !yes && Terminal.confirms("Nobody else refers to secrets/\(file). Delete it, too?")
    }
    try target.change.change { (files) throws(ConfigurationFiles.Failure) in
      try files.remove(target.path)
      for file in doomed { try files.remove("secrets/\(file)") }
    }
    print("Deleted \(([target.path] + doomed.map { "secrets/\($0)" }).joined(separator: ", ")).")
    let kept = (webhook?.secrets ?? []).compactMap(\.fileName).filter { !doomed.contains($0) }
    for file in kept {
      let isShared = !alone.contains(file)
      print("Kept secrets/\(file)\(isShared ? ", others may refer to it" : "").")
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
