import ArgumentParser

/// `levelwind incoming`: the incoming configurations and their spools.
struct IncomingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incoming", abstract: "Maintains incoming configurations and their spools.",
    subcommands: [
      IncomingCreateCommand.self, IncomingListCommand.self, IncomingShowCommand.self,
      IncomingSetCommand.self,
      IncomingEditCommand.self,
      IncomingDeleteCommand.self, IncomingPrepareCommand.self,
    ])
}
