import ArgumentParser

/// `levelwind incoming set`: single values of an incoming configuration's file.
struct IncomingSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Changes single values in an incoming configuration's file.",
    discussion: """
      Keeps comments and everything else in the file. Validates the new text before it writes it, \
      as edit does. man 5 levelwind-incoming has all keys. Run as root, the command then prepares \
      the spool.

        levelwind incoming set orders group=erp keep_done=7d
        levelwind incoming set orders 'filter=.data.body.entity == "order"' \\
          --unset limits
      """)

  @OptionGroup var target: IncomingTarget
  @OptionGroup var set: SetOptions

  func validate() throws { try set.validate() }

  func run() throws {
    let old = try target.bytes()
    guard try set.change(target.path, old, target.change) else { return }
    for line in try IncomingSpoolStep(path: target.path, change: target.change).run() {
      print(line)
    }
    try target.change.reload(target.path)
  }
}
