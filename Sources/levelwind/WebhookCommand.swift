import ArgumentParser

/// `levelwind webhook`: maintains webhooks.
struct WebhookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "Shows and maintains webhooks.",
    subcommands: [
      WebhookCreate.self, WebhookList.self, WebhookShow.self, WebhookURL.self, WebhookEnable.self,
      WebhookDisable.self, WebhookSet.self, WebhookEdit.self, WebhookRename.self,
      WebhookDuplicate.self, WebhookDelete.self,
      WebhookSecret.self, WebhookTest.self, WebhookHandshake.self,
    ])
}
