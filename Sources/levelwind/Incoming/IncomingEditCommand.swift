import ArgumentParser

/// `levelwind incoming edit`: the file in an editor.
struct IncomingEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Opens an incoming configuration's file in $VISUAL or $EDITOR.",
    discussion: """
      The editor gets a copy. The copy is validated before it replaces the file. If it has errors, \
      the file stays, the command offers to edit again, and the text is kept. Run as root, the \
      command then prepares the spool.
      """)

  @OptionGroup var target: IncomingTarget

  func run() throws {
    let old = try target.bytes()
    guard try EditedFile(path: target.path, change: target.change).run(old) else { return }
    for line in try IncomingSpoolStep(path: target.path, change: target.change).run() {
      print(line)
    }
    try target.change.reload(target.path)
  }
}
