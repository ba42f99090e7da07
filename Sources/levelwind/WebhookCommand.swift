import ArgumentParser

/// `levelwind webhook`: maintains webhooks.
struct WebhookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "Shows and maintains webhooks.",
    subcommands: [WebhookList.self, WebhookShow.self, WebhookHandshake.self])
}
