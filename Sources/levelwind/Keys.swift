import ArgumentParser

/// `levelwind keys`: the public keys that senders publish.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keeps the public keys that senders publish.", subcommands: [KeysRefresh.self])
}
