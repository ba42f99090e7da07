import Administration
import ArgumentParser
import FoundationEssentials
import Webhooks

/// `levelwind incoming list`: every incoming configuration that can be used.
struct IncomingListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the incoming configurations, and how many tasks wait.")

  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print a JSON array.")
  var json = false

  func run() throws {
    try configuration.requireAccess("incoming")
    let pages = try IncomingPage.all(in: configuration)
    if json {
      print(try IncomingPage.json(pages))
      return
    }
    let width = pages.map(\.identifier.count).max() ?? 0
    for page in pages {
      let identifier = page.identifier.padded(to: width + 2)
      let words = page.name + (page.depth.map { "  (\($0))" } ?? "")
      let lines = Terminal.screen.hanging(words, behind: identifier, columns: width + 2)
      print(lines.joined(separator: "\n"))
    }
  }
}
