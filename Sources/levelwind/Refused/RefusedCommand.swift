import ArgumentParser

/// `levelwind refused`: refused deliveries that were kept.
struct RefusedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refused",
    abstract: "Shows refused deliveries that were kept, and accepts one after all.",
    discussion: """
      A webhook keeps refused deliveries if its file has keep_refused: {count: 100, bytes: 10MiB}. \
      They lie in refused/ of the state directory, which root and the responder's user can read.
      """,
    subcommands: [RefusedListCommand.self, RefusedShowCommand.self, RefusedAcceptCommand.self])
}
