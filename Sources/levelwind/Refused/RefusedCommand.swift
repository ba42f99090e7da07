import ArgumentParser

/// `levelwind refused`: refused deliveries that were kept.
struct RefusedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refused",
    abstract: "Refused deliveries that were kept: shows them, and lets one in after all.",
    discussion: """
      A webhook keeps them where it has keep_refused: {count: 100, bytes: 10MiB}. They lie in \
      refused/ of the state directory, which is for root and the responder's user.
      """,
    subcommands: [RefusedListCommand.self, RefusedShowCommand.self, RefusedAcceptCommand.self])
}
