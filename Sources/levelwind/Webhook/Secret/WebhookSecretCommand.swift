import ArgumentParser

/// `levelwind webhook secret`: the secrets of a webhook.
struct WebhookSecretCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret", abstract: "Adds, lists and retires the secrets of a webhook.",
    discussion: """
      To rotate one without losing a delivery: add a second, change it at the sender, see with \
      list that the old one matches no longer, and retire that.
      """,
    subcommands: [
      WebhookSecretListCommand.self, WebhookSecretAddCommand.self, WebhookSecretRetireCommand.self,
    ])
}
