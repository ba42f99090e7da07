import Administration
import ArgumentParser
import FoundationEssentials
import Serving
import Webhooks

/// `levelwind webhook show`: one webhook, and the use of its secrets.
struct WebhookShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a webhook: its URL, its checks, its secrets by name.",
    discussion: """
      Of each secret it shows how many requests the secret verified, over restarts of the \
      responder, and when the last one came. So an old secret can be retired on evidence. Values \
      are never shown. What the responder counts appears here within two seconds. Exit 1 if the \
      webhook does not exist or is broken.
      """)

  @Argument(help: "The webhook's identifier.", completion: .webhooks)
  var identifier: String
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    try configuration.requireAccess("webhooks", "incoming", "secrets")
    let snapshot = try configuration.snapshot()
    let entry = Identifier(identifier).flatMap { snapshot.webhooks[$0] }
    switch entry {
    case .ready(let webhook)?, .disabled(let webhook)?:
      let status = StatusFile.read(state: snapshot.settings.state)
      let page = WebhookPage(
        webhook, entry ?? .ready(webhook),
        seen: status?.webhooks[webhook.identifier.text] ?? WebhookActivity(),
        updated: FileTimes.changed(
          "\(configuration.directory)/webhooks/\(webhook.identifier).yaml"),
        state: snapshot.settings.state, at: Date())
      print(json ? try SenderPage.json(page) : page.text)
    case .broken(let problems)?:
      throw ExitCode.because(
        1,
        "webhook \(identifier) is broken:\n"
          + problems.map(\.description).joined(separator: "\n"))
    case nil: throw snapshot.missing(identifier)
    }
  }
}
