import ArgumentParser

/// `levelwind incoming edit`: the file in an editor.
struct IncomingEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Opens an incoming configuration's file in $VISUAL or $EDITOR.",
    discussion: """
      On a copy, which is validated before it takes the file's place: only errors in it stand in \
      the way. Then it offers to edit again; what was typed is never lost. As root, the spool is \
      prepared as the file then says.
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
