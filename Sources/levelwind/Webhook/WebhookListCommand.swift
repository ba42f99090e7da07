import Administration
import ArgumentParser
import CLinux
import FoundationEssentials
import Glibc
import Webhooks

/// `levelwind webhook list`: all webhooks that have a file.
struct WebhookListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the webhooks: identifier, state and URL.",
    discussion: """
      A webhook is active; disabled (404); broken (503, see levelwind check); or waiting, if a \
      secret that its sender issues is not there yet (503, see levelwind webhook secret add).

        levelwind webhook list shop --state broken --state waiting
        levelwind webhook list 'customer-*'
      """)

  enum State: String, CaseIterable, ExpressibleByArgument {
    case active, disabled, broken, waiting
  }

  /// A webhook, for JSON and for people.
  private struct Row: Encodable {
    let identifier: String
    let state: String
    let url: String?
    let incoming: [String]
    let created: Date?
    let updated: Date?
  }

  @Argument(
    help: "A part of the identifier or name; with * or ?, a pattern for all of it.")
  var pattern: String?
  @OptionGroup var configuration: ConfigurationOptions
  @Option(help: ArgumentHelp("Only webhooks in this state; may be repeated.", valueName: "state"))
  var state: [State] = []
  @Flag(help: "Print a JSON array.")
  var json = false

  func run() throws {
    try configuration.requireAccess("webhooks", "incoming", "secrets")
    let snapshot = try configuration.snapshot()
    // Numbers count as numbers: shop-2 comes before shop-10.
    let rows = snapshot.webhooks.filter(isWanted).sorted {
      strverscmp($0.key.text, $1.key.text) < 0
    }.map { identifier, entry in
      let webhook = entry.webhook
      return Row(
        identifier: identifier.text, state: entry.word,
        url: webhook?.publicURL ?? snapshot.settings.publicURL(of: identifier),
        incoming: webhook?.incoming.map(\.identifier.text) ?? [], created: webhook?.created,
        updated: FileTimes.changed("\(configuration.directory)/webhooks/\(identifier).yaml"))
    }
    if json { return print(try SenderPage.json(rows)) }
    let width = rows.map(\.identifier.count).max() ?? 0
    for row in rows {
      let name = row.identifier.padded(to: width + 2)
      let state = row.state.padded(to: 10)
      let url = row.url ?? ""
      // A URL that doesn't fit goes on a line of its own, unbroken, since people copy it.
      let isWide = Terminal.screen.width.map { name.count + state.count + url.count > $0 } ?? false
      print(name + Terminal.screen.coloured(state, as: row.state) + (isWide ? "\n    " : "") + url)
    }
  }

  private func isWanted(_ identifier: Identifier, _ entry: Snapshot.Entry) -> Bool {
    guard state.isEmpty || state.map(\.rawValue).contains(entry.word) else { return false }
    guard let pattern else { return true }
    let isGlob = pattern.contains { "*?[".contains($0) }
    let glob = isGlob ? pattern : "*\(pattern)*"
    return [identifier.text, entry.webhook?.name ?? ""].contains {
      fnmatch(glob.lowercased(), $0.lowercased(), 0) == 0
    }
  }
}
