import ArgumentParser
import Serving

/// The command. Each subcommand is a file of its own.
@main
struct Levelwind: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "levelwind",
    abstract: "Receives webhooks and spools them durably, as task files that importers read.",
    discussion: """
      The configuration is a directory with levelwind.yaml, webhooks/*.yaml and incoming/*.yaml. \
      Exit codes: 0 done, 1 a check failed, 64 wrong usage, 75 try again.
      """,
    version: version,
    subcommands: [
      ServeCommand.self, CheckCommand.self, ReloadCommand.self, TestCommand.self,
      ExplainCommand.self,
      LogCommand.self, DeliveryCommand.self,
      WebhookCommand.self, IncomingCommand.self, TaskCommand.self, SendersCommand.self,
      KeysCommand.self,
      PostprocessCommand.self, WALCommand.self, StatusCommand.self, HealthCommand.self,
      PagesCommand.self, AdministerCommand.self, ConfigureCommand.self,
      SchemaCommand.self, ReferenceCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let isUsage = exitCode(for: error) == .validationFailure
      let words = CommandLine.arguments.dropFirst()
      if isUsage, let near = NearName.subcommand(of: Self.self, words) { exit(withError: near) }
      // A monitor would take the usual 64 for an unknown state, and would not see standard error.
      guard isUsage, words.first == "health" else {
        exit(withError: error)
      }
      exit(withError: HealthCommand.unknown(message(for: error)))
    }
  }
}
