import ArgumentParser
import Serving

/// The command. Each subcommand is a file of its own.
@main
struct LevelwindRelay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "levelwind-relay",
    abstract: "Carries the tasks of spools on, to the servers that incoming configurations name.",
    discussion: """
      An incoming configuration with the key `relay` has no importer: this program claims its tasks \
      as `levelwind task drain` does, and carries each on. A task is done when the other side has \
      it durably. Exit codes: 0 done, 1 a check failed, 64 wrong usage, 75 try again.
      """,
    version: version,
    subcommands: [RunCommand.self, RelayCheckCommand.self, RelaySchemaCommand.self])
}
