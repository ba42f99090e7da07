import ArgumentParser
import Webhooks

/// `levelwind webhook url`: the URL to give the sender.
struct WebhookURLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "url", abstract: "Prints the URL that a webhook's sender calls, and nothing else.",
    discussion: "Exit 1 if there is no such webhook, or its URL isn't configured.")

  @Argument(help: "The webhook's identifier.", completion: .webhooks)
  var identifier: String
  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    let snapshot = try configuration.snapshot(readsSecrets: false)
    guard let name = Identifier(identifier), let entry = snapshot.webhooks[name] else {
      throw snapshot.missing(identifier)
    }
    guard let url = entry.webhook?.publicURL ?? snapshot.settings.publicURL(of: name) else {
      throw ExitCode.because(1, "set base_url in levelwind.yaml, or public_url of the webhook")
    }
    print(url)
  }
}
