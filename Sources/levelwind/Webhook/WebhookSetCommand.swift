import ArgumentParser

/// `levelwind webhook set`: single values of a webhook's file.
struct WebhookSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Changes single values in a webhook's file.",
    discussion: """
      Keeps comments and everything else in the file. Validates the new text before it writes it, \
      as edit does. man 5 levelwind-webhook has all keys.

        levelwind webhook set erp-stock logging=true 'methods=[POST, PUT]'
        levelwind webhook set erp-stock response.disabled=503 --unset expect_every
      """)

  @OptionGroup var target: WebhookTarget
  @OptionGroup var set: SetOptions

  func validate() throws { try set.validate() }

  func run() throws {
    let old = try target.bytes()
    guard try set.change(target.path, old, target.change) else { return }
    try target.change.reload(target.path)
  }
}
