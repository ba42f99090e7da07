import ArgumentParser

/// `levelwind senders`: what is known about senders.
struct Senders: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what is known about senders.",
    subcommands: [SendersList.self, SendersShow.self])
}
