import ArgumentParser

/// `levelwind delivery`: the history.
struct DeliveryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delivery",
    abstract: "Finds and shows deliveries in the history, brings them back, and sends them on.",
    discussion: """
      A webhook keeps its deliveries, accepted and refused ones, if its file has history: {for: \
      7d, bytes: 1GiB}. They lie in history/ of the state directory, which root and the \
      responder's user can read. An entry is there within a second of the answer. A power cut may \
      take the last second of the history with it, but never a task.

        levelwind delivery list shop --text 4711
        levelwind delivery show 019a3f
        levelwind delivery again shop --on tuesday --verdict unwanted --dry-run
        levelwind delivery send 019a3f --to http://localhost:3000/hook
      """,
    subcommands: [
      DeliveryListCommand.self, DeliveryShowCommand.self, DeliveryBodyCommand.self,
      DeliveryRawCommand.self, DeliveryAgainCommand.self, DeliverySendCommand.self,
      DeliveryFollowCommand.self, DeliveryEraseCommand.self,
    ])
}
