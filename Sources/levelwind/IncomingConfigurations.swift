import ArgumentParser

/// `levelwind incoming`: the incoming configurations and their spools.
struct IncomingConfigurations: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incoming", abstract: "Maintains incoming configurations and their spools.",
    subcommands: [
      IncomingCreate.self, IncomingList.self, IncomingShow.self, IncomingSet.self,
      IncomingEdit.self,
      IncomingDelete.self, IncomingPrepare.self,
    ])
}
