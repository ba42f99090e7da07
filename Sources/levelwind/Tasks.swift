import ArgumentParser

/// `levelwind task`: for importers and operators.
struct Tasks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task",
    abstract: "Works on the tasks of an incoming configuration.",
    discussion: """
      Run as root, each acts as the owner of the spool. Of the configuration, only levelwind.yaml has
      to be readable.
      """,
    subcommands: [TaskDrain.self])
}
