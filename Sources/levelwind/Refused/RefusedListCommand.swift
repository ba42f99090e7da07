import Administration
import ArgumentParser
import FoundationEssentials
import Webhooks

/// `levelwind refused list`.
struct RefusedListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the refused deliveries that are kept, and the reasons.")

  @Argument(help: "A webhook's identifier; by default all.", completion: .webhooks)
  var identifier: String?
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    if let identifier, Identifier(identifier) == nil {
      throw ValidationError("\"\(identifier)\" isn't an identifier: a-z, 0-9 and inner hyphens")
    }
  }

  func run() throws {
    let kept = try configuration.keptRefusals(of: identifier.flatMap { Identifier($0) })
    if json {
      for one in kept { Output.write(one.verdict.json) }
      return
    }
    let width = max(12, kept.map(\.verdict.webhook.count).max() ?? 0)
    print(Self.row("TIME", "WEBHOOK", "STATUS", "FROM", "BYTES", "DELIVERY", "WHY", width))
    for one in kept {
      let verdict = one.verdict
      print(
        Self.row(
          Terminal.screen.time(verdict.moment), verdict.webhook, "\(verdict.status)",
          verdict.remote, "\(verdict.bodyBytes)", verdict.delivery,
          "\(verdict.check): \(verdict.reason)", width))
    }
  }

  private static func row(
    _ time: String, _ webhook: String, _ status: String, _ remote: String, _ bytes: String,
    _ delivery: String, _ why: String, _ webhookWidth: Int
  ) -> String {
    let screen = Terminal.screen
    let words = SafeText.text(why)
    guard screen.isNarrow, let width = screen.width else {
      return screen.entry(
        [
          .init(time, 29), .init(webhook, webhookWidth), .init(status, 6), .init(remote, 15),
          .init(bytes, 10), .init(delivery, 36),
        ], words: words)
    }
    return screen.entry(
      [
        .init(time, 14), .init(webhook, min(webhookWidth, max(12, width - 66))), .init(status, 6),
        .init(bytes, 9), .init(screen.id(delivery), 13), .init(remote, 15),
      ], words: words)
  }
}

extension ConfigurationOptions {
  /// Reads the kept deliveries of this configuration's state directory.
  ///
  /// - Throws: exit code 1, with the reason, if they can't be read.
  func keptRefusals(of webhook: Identifier? = nil) throws -> [KeptRejection] {
    let state = try snapshot(readsSecrets: false).settings.state
    try Access.require(["\(state)/refused"])
    do {
      return try KeptRejections(state: state).all(of: webhook)
    } catch {
      throw ExitCode.because(
        1, "\(state)/refused \(error)")
    }
  }
}
