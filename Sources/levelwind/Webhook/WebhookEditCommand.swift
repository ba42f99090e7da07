import ArgumentParser

/// `levelwind webhook edit`: the file in an editor.
struct WebhookEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Opens a webhook's file in $VISUAL or $EDITOR.",
    discussion: """
      On a copy, which is validated before it takes the file's place: only errors in it, or in \
      what it refers to, stand in the way. Then it offers to edit again; what was typed is never \
      lost.
      """)

  @OptionGroup var target: WebhookTarget

  func run() throws {
    let old = try target.bytes()
    guard try EditedFile(path: target.path, change: target.change).run(old) else { return }
    try target.change.reload(target.path)
  }
}
