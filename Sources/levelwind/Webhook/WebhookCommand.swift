import ArgumentParser

/// `levelwind webhook`: maintains webhooks.
struct WebhookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "Shows and maintains webhooks.",
    subcommands: [
      WebhookCreateCommand.self, WebhookListCommand.self, WebhookShowCommand.self,
      WebhookURLCommand.self, WebhookEnableCommand.self,
      WebhookDisableCommand.self, WebhookSetCommand.self, WebhookEditCommand.self,
      WebhookRenameCommand.self,
      WebhookDuplicateCommand.self, WebhookDeleteCommand.self,
      WebhookExportCommand.self, WebhookImportCommand.self,
      WebhookSecretCommand.self, WebhookTestCommand.self, WebhookHandshakeCommand.self,
    ])
}
