import Administration
import ArgumentParser
import Webhooks

/// `levelwind webhook disable`: has a webhook answer like an unknown one.
struct WebhookDisableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Makes a webhook answer as if it did not exist (404).",
    discussion: """
      Changes `disabled` in its file, and nothing else. Many senders stop for good after a 404. \
      With `response: {disabled: 503}` in the file, they try again.
      """)

  @OptionGroup var target: WebhookTarget

  func run() throws { try Self.set(true, target) }

  static func set(_ isDisabled: Bool, _ target: WebhookTarget) throws {
    let old = try target.bytes()
    let snapshot = try target.change.configuration.snapshot()
    if let entry = Identifier(target.identifier).flatMap({ snapshot.webhooks[$0] }),
      let webhook = entry.webhook, webhook.isDisabled == isDisabled
    {
      return print("\(target.identifier) is \(isDisabled ? "disabled" : "enabled") already.")
    }
    try target.change.change { (changes) throws(ChangeFailure) in
      try changes.setDisabled(isDisabled, in: target.path, old)
    }
    print("\(target.identifier) is \(isDisabled ? "disabled" : "enabled").")
    try target.change.reload(target.path)
  }
}
