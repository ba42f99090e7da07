import ArgumentParser

/// `levelwind task`: commands for importers and operators.
struct TaskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task",
    abstract: "Works on the tasks of an incoming configuration.",
    discussion: """
      Run as root, each acts as the owner of the spool. Of the configuration, only \
      levelwind.yaml and the one file in incoming/ have to be readable. A task is named by its \
      id, or how that begins.
      """,
    subcommands: [
      TaskDrainCommand.self, TaskListCommand.self, TaskCountCommand.self, TaskShowCommand.self,
      TaskBodyCommand.self, TaskClaimCommand.self,
      TaskDoneCommand.self, TaskFailCommand.self, TaskReleaseCommand.self, TaskRetryCommand.self,
      TaskPurgeCommand.self,
    ])
}
