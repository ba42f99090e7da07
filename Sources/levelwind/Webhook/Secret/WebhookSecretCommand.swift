import ArgumentParser

/// `levelwind webhook secret`: the secrets of a webhook.
struct WebhookSecretCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret", abstract: "Adds, lists and retires the secrets of a webhook.",
    discussion: """
      To rotate a secret without losing a delivery: add a second one, enter it at the sender, \
      check with list that the old one no longer matches, and retire the old one.
      """,
    subcommands: [
      WebhookSecretListCommand.self, WebhookSecretAddCommand.self, WebhookSecretRetireCommand.self,
    ])
}
