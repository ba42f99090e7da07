import ArgumentParser

/// `levelwind webhook edit`: the file in an editor.
struct WebhookEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Opens a webhook's file in $VISUAL or $EDITOR.",
    discussion: """
      The editor gets a copy. The copy is validated before it replaces the file. If it, or \
      something that it refers to, has errors, the file stays, the command offers to edit again, \
      and the text is kept.
      """)

  @OptionGroup var target: WebhookTarget

  func run() throws {
    let old = try target.bytes()
    guard try EditedFile(path: target.path, change: target.change).run(old) else { return }
    try target.change.reload(target.path)
  }
}
