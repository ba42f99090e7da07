import ArgumentParser
import Foundation
import Webhooks

/// `levelwind webhook list`: every webhook that there is a file of.
struct WebhookList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the webhooks: identifier, state and URL.",
    discussion: """
      A webhook is active, disabled (404), broken (503, see levelwind check), or waiting: a \
      secret that its sender issues is not there yet (503, levelwind webhook secret add).
      """)

  /// One of them.
  private struct Row: Encodable {
    let identifier: String
    let state: String
    let url: String?
    let incoming: [String]
  }

  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print a JSON array.")
  var json = false

  func run() throws {
    try configuration.requireAccess("webhooks", "incoming", "secrets")
    let snapshot = try configuration.snapshot()
    let rows = snapshot.webhooks.sorted { $0.key.text < $1.key.text }.map { identifier, entry in
      let webhook = entry.webhook
      return Row(
        identifier: identifier.text, state: entry.word,
        url: webhook?.publicURL ?? snapshot.settings.publicURL(of: identifier),
        incoming: webhook?.incoming.map(\.identifier.text) ?? [])
    }
    if json { return print(try SenderPage.json(rows)) }
    let width = rows.map(\.identifier.count).max() ?? 0
    for row in rows {
      let name = row.identifier.padding(toLength: width + 2, withPad: " ", startingAt: 0)
      let state = row.state.padding(toLength: 10, withPad: " ", startingAt: 0)
      print(name + Terminal.screen.coloured(state, as: row.state) + (row.url ?? ""))
    }
  }
}
