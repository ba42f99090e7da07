import ArgumentParser

/// `levelwind keys`: the public keys that senders publish.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Keeps the public keys that senders publish.", subcommands: [KeysRefreshCommand.self])
}
