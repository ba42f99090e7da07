import ArgumentParser
import Webhooks

/// `levelwind webhook enable`: has a webhook take deliveries again.
struct WebhookEnableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Makes a disabled webhook accept deliveries again.",
    discussion: "Changes `disabled` in its file, and nothing else.")

  @OptionGroup var target: WebhookTarget

  func run() throws { try WebhookDisableCommand.set(false, target) }
}
