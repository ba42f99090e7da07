import Administration
import ArgumentParser
import Webhooks

/// `levelwind incoming show`: one incoming configuration.
struct IncomingShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows an incoming configuration, its spool and its webhooks.")

  @Argument(help: "Its identifier, from levelwind incoming list.", completion: .incoming)
  var identifier: String
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print a JSON object.")
  var json = false

  func run() throws {
    try configuration.requireAccess("webhooks", "incoming")
    let pages = try IncomingPage.all(in: configuration)
    guard let page = pages.first(where: { $0.identifier == identifier }) else {
      let hint = NearName.hint(identifier, among: pages.map(\.identifier))
      throw ExitCode.because(
        1,
        "there is no incoming configuration \"\(identifier)\" that can be used\(hint); see "
          + "levelwind incoming list and levelwind check")
    }
    print(json ? try IncomingPage.json(page) : page.text)
  }
}
